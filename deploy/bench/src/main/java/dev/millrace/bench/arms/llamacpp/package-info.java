/**
 * llama.cpp, called through its C functions.
 *
 * <p>The library is the one inside {@code de.kherud:llama} 4.2.0. That binding's own Java interface
 * is a server's: JSON in, text out. Here its native library is called directly instead, by {@code
 * java.lang.foreign}: a step is one {@code llama_decode} of a batch with one token for each
 * sequence, with nothing around it, and the warm-up that the binding runs on loading (after which
 * decoding on two threads is three times slower) does not happen. Structures and the format of a
 * saved sequence are those of this one version; {@link
 * dev.millrace.bench.arms.llamacpp.LlamaLibrary} refuses another.
 */
@NullMarked
package dev.millrace.bench.arms.llamacpp;

import org.jspecify.annotations.NullMarked;
