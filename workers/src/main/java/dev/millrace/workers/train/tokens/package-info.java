/**
 * Texts as token ids: the vocabulary of words that the models we train share in form, and its
 * files.
 *
 * <p><b>Thread:</b> safe anywhere. <b>Must not know</b> what the texts say.
 */
@NullMarked
package dev.millrace.workers.train.tokens;

import org.jspecify.annotations.NullMarked;
