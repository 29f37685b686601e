/** What computes on as many floats at once as the machine can. */
@NullMarked
package dev.millrace.workers.text.simd;

import org.jspecify.annotations.NullMarked;
