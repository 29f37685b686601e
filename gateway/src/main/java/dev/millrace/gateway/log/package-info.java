/**
 * Appending to the log, the broker's time that is learned from it, and threads that read it.
 *
 * <p><b>Owns</b> the gateway's one producer. <b>Threads:</b> an append holds its caller until it is
 * acknowledged, so it is called from virtual threads, never from an event loop; each {@link
 * dev.millrace.gateway.log.ReaderThread} owns its consumer. Must not know what a record says.
 */
@NullMarked
package dev.millrace.gateway.log;

import org.jspecify.annotations.NullMarked;
