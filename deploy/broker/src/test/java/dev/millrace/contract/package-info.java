/**
 * What Millrace needs of a Kafka, as tests that know only its address: the same suite runs on the
 * broker inside the JVM and on one in a container.
 *
 * <p>Topics, groups and client settings are made by the production code, so that what is tested is
 * what is used. <b>Thread:</b> a {@code Slot} belongs to the thread that uses it.
 */
@NullMarked
package dev.millrace.contract;

import org.jspecify.annotations.NullMarked;
