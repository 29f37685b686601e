/**
 * Answers without a model, for benches and tests of everything around one: as many tokens as were
 * asked for, at full speed or paced.
 *
 * <p><b>Thread:</b> one per engine steps all jobs, as a batch does. Must not know Kafka.
 */
@NullMarked
package dev.millrace.workers.synthetic;

import org.jspecify.annotations.NullMarked;
