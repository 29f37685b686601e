/**
 * In which order the tokens of a flow's blocks are solved for: one after another, or many at once
 * until nothing changes.
 *
 * <p><b>Owns</b> nothing: the tokens are the {@link dev.millrace.workers.image.flow.Inversion}'s.
 * <b>Thread:</b> the caller's. <b>Must not know</b> architectures, jobs, or how a sweep is
 * computed.
 */
@NullMarked
package dev.millrace.workers.image.solve;

import org.jspecify.annotations.NullMarked;
