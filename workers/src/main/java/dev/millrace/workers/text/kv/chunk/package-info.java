/**
 * Chunk-triggered selection of keys and values (ChunkLLM, arXiv 2510.02361): a sequence is cut into
 * chunks where sentences end, each chunk has a short key, and a token attends to the first chunk,
 * the newest ones and those whose keys answer its query best.
 *
 * <p><b>Owns</b> a sequence's chunks, their keys and its selection. <b>Thread:</b> the engine's.
 * <b>Must not know</b> how attention is computed.
 */
@NullMarked
package dev.millrace.workers.text.kv.chunk;

import org.jspecify.annotations.NullMarked;
