/**
 * A real Kafka broker (KRaft, share groups, dead-letter queues) inside this JVM, for the
 * one-process app and for tests.
 *
 * <p><b>Owns</b> its data directory (one broker at a time, held by a file lock) and two sockets on
 * the loopback interface. <b>Threads:</b> Kafka's own; {@link dev.millrace.broker.EmbeddedBroker}
 * itself belongs to whoever made it. <b>Must not know</b> Millrace's topics, or that jobs exist: a
 * production cluster is any other Kafka.
 *
 * <p>Kafka's server classes are not a public API. All of it that is used here is used in {@code
 * KafkaNode}, {@code Listeners} and {@code DataDirectory}, at one pinned version.
 */
@NullMarked
package dev.millrace.broker;

import org.jspecify.annotations.NullMarked;
