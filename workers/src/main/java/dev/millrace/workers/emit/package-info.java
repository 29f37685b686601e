/**
 * What a worker says: claims, content and ends appended to the events topic.
 *
 * <p><b>Owns</b> the worker's one producer. <b>Thread:</b> an {@link
 * dev.millrace.workers.emit.Emitter} is used by all; an {@link dev.millrace.workers.emit.Emission}
 * by one thread at a time, and by the producer's own thread in its callbacks. Must not know share
 * groups, or what a task means.
 */
@NullMarked
package dev.millrace.workers.emit;

import org.jspecify.annotations.NullMarked;
