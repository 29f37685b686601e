package dev.millrace.workers.train.stories;

import java.util.List;

/**
 * What the grammar generates: one story, or a chat in which stories are asked for and told.
 *
 * @param text with special tokens written out; without the begin token in front and the end token
 *     at the end
 * @param logProbability natural logarithm of the probability that the grammar generates this text
 * @param derivation the leaves of the derivation: template ids, "/" and special tokens
 */
record Document(String text, double logProbability, List<String> derivation) {}
