/**
 * Decoders in plain tensor operations and f32, one sequence and one formula at a time: the version
 * to read, and the one that the fast ones are tested against.
 */
@NullMarked
package dev.millrace.workers.text.kernels.eager;

import org.jspecify.annotations.NullMarked;
