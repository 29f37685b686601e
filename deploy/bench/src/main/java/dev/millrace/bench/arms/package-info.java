/**
 * Decoders by different hands behind one interface: ours, llama.cpp, Jlama, and DJL's operations as
 * a user would write them.
 *
 * <p>Each computes on one thread. <b>Owns</b> the weights and caches it loads. <b>Must not know</b>
 * what is measured.
 */
@NullMarked
package dev.millrace.bench.arms;

import org.jspecify.annotations.NullMarked;
