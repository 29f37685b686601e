/**
 * What gateways and workers both do with Kafka: client settings, making topics, putting words into
 * records, reading a stream.
 *
 * <p>Nothing here starts a thread. A {@link dev.millrace.protocol.kafka.StreamReader} belongs to
 * the one thread that uses it. Must not know Vert.x, DJL, or what a task means.
 */
@NullMarked
package dev.millrace.protocol.kafka;

import org.jspecify.annotations.NullMarked;
