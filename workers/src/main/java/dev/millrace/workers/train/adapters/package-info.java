/**
 * Trains ChunkLLM's adapters (arXiv 2510.02361) for a decoder that stays as it is: a detector of
 * sentence ends, and for each layer that sees everything two linear maps whose products tell where
 * its attention lies.
 */
@NullMarked
package dev.millrace.workers.train.adapters;

import org.jspecify.annotations.NullMarked;
