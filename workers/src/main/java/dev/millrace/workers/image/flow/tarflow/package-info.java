/** TarFlow (Zhai et al., <i>Normalizing Flows are Capable Generative Models</i>, 2412.06329). */
@NullMarked
package dev.millrace.workers.image.flow.tarflow;

import org.jspecify.annotations.NullMarked;
