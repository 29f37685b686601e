package dev.millrace.workers.train.stories;

import java.util.BitSet;
import java.util.List;

/**
 * What the grammar generates: one story, or a chat in which stories are asked for and told.
 *
 * @param text with special tokens written out; without the begin token in front and the end token
 *     at the end
 * @param logProbability natural logarithm of the probability that the grammar generates this text
 * @param echoes for each character of the text whether it belongs to a word that repeats what the
 *     story has said, as the words before it in the sentence demand, or that must differ from it
 * @param derivation the leaves of the derivation: template ids, "/" and special tokens
 */
record Document(String text, double logProbability, BitSet echoes, List<String> derivation) {}
