/**
 * What is served, from the models topic: models, their limits, their workers.
 *
 * <p><b>Owns</b> the consumer of that topic, on a thread of its own; answers come from an immutable
 * snapshot on any thread.
 */
@NullMarked
package dev.millrace.gateway.registry;

import org.jspecify.annotations.NullMarked;
