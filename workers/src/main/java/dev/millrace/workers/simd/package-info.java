/** What computes on as many floats at once as the machine can. */
@NullMarked
package dev.millrace.workers.simd;

import org.jspecify.annotations.NullMarked;
