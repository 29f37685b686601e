/**
 * OpenAI's surface: chat and text completions, images, streamed or whole, and the list of models,
 * so that its clients work unmodified.
 *
 * <p>A request is a job like any other; only its words differ. No status is sent before the
 * stream's first event after {@code claimed}, so that a job which fails at once is still answered
 * with a 4xx.
 */
@NullMarked
package dev.millrace.gateway.http.openai;

import org.jspecify.annotations.NullMarked;
