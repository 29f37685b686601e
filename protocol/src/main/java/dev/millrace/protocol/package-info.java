/**
 * The words both sides share: jobs, the events of their streams, addresses, cursors, topics, and
 * the fence.
 *
 * <p>A <b>job</b> is one request and its <b>stream</b>; a stream is an ordered list of events in
 * one partition of the events topic and ends in exactly one terminal event. Everything here is a
 * value or a pure function: no Kafka client, no Vert.x, no DJL, no clock, no thread. What is put on
 * the wire is in {@code codec}; what touches Kafka is in {@code kafka}.
 *
 * <p>The promises carried here: an event is visible only if the {@link dev.millrace.protocol.Fence}
 * says so, a reader stands exactly at a {@link dev.millrace.protocol.Cursor}, and a {@link
 * dev.millrace.protocol.JobId} is an address that any gateway can seek to.
 */
@NullMarked
package dev.millrace.protocol;

import org.jspecify.annotations.NullMarked;
