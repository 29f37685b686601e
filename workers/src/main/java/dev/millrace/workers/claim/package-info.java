/**
 * Holds jobs under an acquisition lock, takes their streams over and follows them in the log.
 *
 * <p><b>Owns</b> the share consumers, the readers and the follower; no other package touches them.
 * <b>Threads:</b> a {@link dev.millrace.workers.claim.KafkaClaims} and what it hands out belong to
 * the slot's thread; {@link dev.millrace.workers.claim.Follower} and {@link
 * dev.millrace.workers.claim.Cancellations} each have one of their own. Must not know what a task
 * means, or that models exist.
 */
@NullMarked
package dev.millrace.workers.claim;

import org.jspecify.annotations.NullMarked;
