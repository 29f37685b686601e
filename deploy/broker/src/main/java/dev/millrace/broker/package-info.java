/** A real Kafka broker (KRaft, share groups) inside this JVM. */
@NullMarked
package dev.millrace.broker;

import org.jspecify.annotations.NullMarked;
