/**
 * Ends streams that nobody else ends: past their deadline, or given up by the broker after too many
 * deliveries. Several gateways doing so at once is harmless, as a stream's first end is its only
 * one.
 *
 * <p><b>Owns</b> the consumer of the dead letters. <b>Threads:</b> {@code expiry}, a virtual
 * thread, and {@code dead-letters}. Must not know clients, Vert.x, or what a job asks.
 */
@NullMarked
package dev.millrace.gateway.undertaker;

import org.jspecify.annotations.NullMarked;
