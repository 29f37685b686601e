/**
 * Chronicles: long texts of small events with facts among them, and questions about the facts.
 *
 * <p>Everything is made up from a seed, token by token, and so are the labels: which tokens end a
 * sentence, which are told by an answer, and where what they tell was said. <b>Owns</b> the lexicon
 * and the vocabulary. <b>Thread:</b> {@link dev.millrace.workers.train.chronicle.corpus.Chronicle}
 * is safe anywhere. <b>Must not know</b> tensors.
 */
@NullMarked
package dev.millrace.workers.train.chronicle.corpus;

import org.jspecify.annotations.NullMarked;
