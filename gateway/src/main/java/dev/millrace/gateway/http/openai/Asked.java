package dev.millrace.gateway.http.openai;

import dev.millrace.gateway.submit.Submission;

/**
 * A checked request of OpenAI's.
 *
 * @param model as the client calls it; the answer says the same
 * @param stream whether the answer comes in chunks
 * @param includeUsage whether the last chunk says what the job cost
 * @param logprobs whether the answer says how likely its tokens were
 */
record Asked(
        Submission submission,
        String model,
        boolean stream,
        boolean includeUsage,
        boolean logprobs) {}
