package dev.millrace.gateway.http.exchange;

import java.time.Duration;

/**
 * How much of everything the HTTP side takes.
 *
 * @param bodyBytes the largest request body, and the largest WebSocket message
 * @param bodiesBytes all bodies being read at a time
 * @param bodyTime for a body to arrive
 * @param connections open at a time, at each server
 * @param idleTime after which a connection without a request is closed
 * @param subscriptionsPerSocket streams that one WebSocket follows at a time
 * @param heartbeat between signs of life on a quiet stream
 * @param writeBytes written but not yet taken by the client, per connection, before its stream is
 *     paused
 */
public record HttpLimits(
        int bodyBytes,
        long bodiesBytes,
        Duration bodyTime,
        int connections,
        Duration idleTime,
        int subscriptionsPerSocket,
        Duration heartbeat,
        int writeBytes) {}
