/** From topic to model and back. */
@NullMarked
package dev.millrace.workers;

import org.jspecify.annotations.NullMarked;
