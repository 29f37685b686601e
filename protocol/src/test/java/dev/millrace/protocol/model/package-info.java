/**
 * The protocol as a small machine that can be explored whole: two workers, a queue, one stream, a
 * client who cancels, an undertaker, readers at every cursor, and the faults that may befall them.
 *
 * <p>{@link dev.millrace.protocol.model.World} is a state, {@link dev.millrace.protocol.model.Step}
 * what may happen next, {@link dev.millrace.protocol.model.Moves} who may do what when, {@link
 * dev.millrace.protocol.model.Explorer} goes everywhere. {@link dev.millrace.protocol.model.Rules}
 * holds every rule of the protocol as a switch, so that a test can leave one out and see what
 * breaks. Records are judged by the {@link dev.millrace.protocol.Fence} that gateways and workers
 * use.
 */
@NullMarked
package dev.millrace.protocol.model;

import org.jspecify.annotations.NullMarked;
