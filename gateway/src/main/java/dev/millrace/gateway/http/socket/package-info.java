/**
 * Many jobs on one WebSocket. Each message is a JSON object with a {@code type} and the client's
 * {@code ref}, which comes back with everything that belongs to it.
 *
 * <p>The client says {@code submit} (the body of POST /v1/jobs), {@code subscribe} ({@code job},
 * {@code after}?), {@code unsubscribe} and {@code cancel} ({@code job}). It is told the events of
 * its streams, {@code ended} for a stream that has nothing more, {@code unsubscribed}, {@code
 * state} and {@code error}.
 */
@NullMarked
package dev.millrace.gateway.http.socket;

import org.jspecify.annotations.NullMarked;
