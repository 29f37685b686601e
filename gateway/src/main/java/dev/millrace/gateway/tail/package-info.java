/**
 * Follows the events topic: one consumer that sees every record once, in log order, and what is
 * known from it about all streams.
 *
 * <p><b>Owns</b> the live consumer. <b>Threads:</b> one platform thread, {@code live-tail}, reads
 * and tells the taps; questions may come from any thread. Must not know subscribers, Vert.x, or
 * what an event's data means.
 */
@NullMarked
package dev.millrace.gateway.tail;

import org.jspecify.annotations.NullMarked;
