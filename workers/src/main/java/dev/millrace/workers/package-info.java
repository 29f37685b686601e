/**
 * From topic to model and back: the wiring of a worker, its settings, its place in the registry,
 * and what operators see of it. The work is in the packages below; nothing there imports this one.
 *
 * <p><b>Threads:</b> one per slot, one each for the follower, the cancellations and the heartbeat;
 * the management server's are virtual.
 */
@NullMarked
package dev.millrace.workers;

import org.jspecify.annotations.NullMarked;
