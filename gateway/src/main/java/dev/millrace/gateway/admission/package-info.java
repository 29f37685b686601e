/**
 * Whether a job may enter. Counts a model's open streams, whoever submitted them.
 *
 * <p><b>Thread:</b> any. Must not know Kafka, Vert.x, or what a job asks.
 */
@NullMarked
package dev.millrace.gateway.admission;

import org.jspecify.annotations.NullMarked;
