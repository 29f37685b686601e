/**
 * What a decoder's tokens cost: counted while its kernels run, by formula beside it, and in time
 * and memory.
 *
 * <p><b>Thread:</b> the caller's.
 */
@NullMarked
package dev.millrace.workers.train.energy;

import org.jspecify.annotations.NullMarked;
