/**
 * The story model that ships: a grammar of simple English stories, the tokenizer made from its
 * words, the training, and the evaluation that says how well the model has learned the grammar.
 *
 * <p><b>Owns</b> the grammar file and the format of the model's folder. <b>Must not know</b> how
 * the model is served.
 */
@NullMarked
package dev.millrace.workers.train.stories;

import org.jspecify.annotations.NullMarked;
