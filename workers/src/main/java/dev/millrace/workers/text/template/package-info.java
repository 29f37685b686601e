/**
 * A model's own chat template: from messages to the prompt text the model was trained on.
 *
 * <p>A small interpreter of the part of Jinja that chat templates use, with the settings Hugging
 * Face gives it ({@code trim_blocks}, {@code lstrip_blocks}). Templates come with models and are
 * not trusted: they reach nothing but their own values, and steps, nesting and what they build are
 * bounded. What is not supported is refused when the model is loaded, by its name. <b>Owns</b>
 * nothing; a {@link dev.millrace.workers.text.template.ChatTemplate} is immutable and may be used
 * by any thread. <b>Must not know</b> tokenizers or models.
 */
@NullMarked
package dev.millrace.workers.text.template;

import org.jspecify.annotations.NullMarked;
