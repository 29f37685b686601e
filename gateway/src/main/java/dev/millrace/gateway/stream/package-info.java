/**
 * From the log to subscribers: the live tail, the catch-up readers, and the fence state that
 * travels with each subscriber.
 *
 * <p><b>Owns</b> the consumers of the events topic. <b>Threads:</b> one platform thread per
 * consumer; subscribers are called on the Vert.x context they subscribed on. Must not know HTTP,
 * nor what an event's data means.
 */
@NullMarked
package dev.millrace.gateway.stream;

import org.jspecify.annotations.NullMarked;
