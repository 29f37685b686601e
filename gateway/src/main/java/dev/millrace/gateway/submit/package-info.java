/**
 * From a request to the log: {@code accepted} into the events, the job into its queue,
 * cancellations.
 *
 * <p><b>Owns</b> the one producer. <b>Thread:</b> called from event loops, never blocks them. Must
 * not know HTTP.
 */
@NullMarked
package dev.millrace.gateway.submit;

import org.jspecify.annotations.NullMarked;
