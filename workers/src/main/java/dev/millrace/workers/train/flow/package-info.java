/**
 * Programs about flows that others have trained: makes folders of published checkpoints, and
 * measures how a folder is best sampled.
 *
 * <p><b>Thread:</b> the caller's. <b>Must not know</b> how a flow is computed.
 */
@NullMarked
package dev.millrace.workers.train.flow;

import org.jspecify.annotations.NullMarked;
