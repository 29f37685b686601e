/**
 * What a decoder is, before anything is computed: its configuration, its tensors' names and shapes,
 * its folder.
 *
 * <p>One sub-package per architecture; each reads its own {@code config.json} dialect and says what
 * it needs. <b>Thread:</b> everything here is immutable once opened. <b>Must not know</b> how
 * tensors are multiplied, nor jobs.
 */
@NullMarked
package dev.millrace.workers.text.model;

import org.jspecify.annotations.NullMarked;
