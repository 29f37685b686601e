/**
 * The long-context model: it reads a chronicle of up to 131,072 tokens and answers questions about
 * facts in it.
 *
 * <p><b>Owns</b> its shapes, its training, its evaluation with the whole cache, and the format of
 * its folder. <b>Thread:</b> everything that touches a tensor runs on the caller's thread; batches
 * are made ahead on others. <b>Must not know</b> how the model is served.
 */
@NullMarked
package dev.millrace.workers.train.chronicle;

import org.jspecify.annotations.NullMarked;
