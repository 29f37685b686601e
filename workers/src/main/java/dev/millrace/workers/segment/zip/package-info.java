/**
 * Where the things of a class are, found without annotations: clusters of a picture's features show
 * the boundaries, what lies between them becomes prompts, and the decoded masks leave best first
 * (Shi and Yang, "The devil is in the object boundary", ICLR 2024).
 *
 * <p><b>Owns</b> nothing. <b>Thread:</b> the caller's. <b>Must not know</b> how features,
 * similarities or masks are computed, nor tensors.
 */
@NullMarked
package dev.millrace.workers.segment.zip;

import org.jspecify.annotations.NullMarked;
