/**
 * The worker's loop: a slot claims one job, keeps its lock while the engine works, and settles it.
 * States what it needs of the outside as interfaces, so that the loop is tested without a broker
 * and without a model.
 *
 * <p><b>Thread:</b> one platform thread per slot; an {@link dev.millrace.workers.run.Engine} has
 * threads of its own. Must not know Kafka, nor what a task means.
 */
@NullMarked
package dev.millrace.workers.run;

import org.jspecify.annotations.NullMarked;
