package dev.millrace.gateway.http.exchange;

/** Whose words a route speaks; decides how its problems look. */
public enum Surface {
    /** {@code application/problem+json}, RFC 9457. */
    NATIVE,
    /** {@code {"error": {...}}}, as OpenAI's clients read it. */
    OPENAI
}
