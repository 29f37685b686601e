package dev.millrace.gateway.log;

import java.time.Instant;

/**
 * Where a record stands in the log.
 *
 * @param time the broker's, at which it was appended
 */
public record Appended(int partition, long offset, Instant time) {}
