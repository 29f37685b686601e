/**
 * Makes tails for a decoder of any architecture that is served: calibrates each head's hash on what
 * the decoder itself computes, then teaches hashes and gates the decoder's own attention. The
 * decoder stays as it is.
 *
 * <p><b>Owns</b> the parameters. <b>Thread:</b> the caller's; the engine allows one gradient
 * collector per process.
 */
@NullMarked
package dev.millrace.workers.train.eco;

import org.jspecify.annotations.NullMarked;
