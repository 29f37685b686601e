/**
 * Between text and token ids: encoding prompts, turning tokens back into text as they come, and
 * finding stop strings in that text.
 *
 * <p><b>Owns</b> the native tokenizer of a model folder and the table of what bytes each token
 * stands for. <b>Thread:</b> a {@link dev.millrace.workers.text.tokens.Tokenizer} is shared by all;
 * a {@link dev.millrace.workers.text.tokens.Detokenizer} and a {@link
 * dev.millrace.workers.text.tokens.StopMatcher} belong to one generation and to the thread that
 * works on it. <b>Must not know</b> models, chat templates or jobs.
 */
@NullMarked
package dev.millrace.workers.text.tokens;

import org.jspecify.annotations.NullMarked;
