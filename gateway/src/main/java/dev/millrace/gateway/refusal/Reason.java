package dev.millrace.gateway.refusal;

/** The kinds of refusal; each has one HTTP status and one OpenAI error type. */
public enum Reason {
    /** The request is malformed, or a value is out of range. */
    INVALID,
    /** The prompt cannot fit the model's context. */
    TOO_LONG,
    /** The model is unknown. */
    NO_SUCH_MODEL,
    /** The job is unknown, forged, or another key's: which of these is not said. */
    NO_SUCH_JOB,
    /** The place in the stream is no longer, or never was, in the log. */
    GONE,
    /** The body is larger than the limit. */
    TOO_LARGE,
    /** Too many open jobs, connections or requests; try again later. */
    TOO_MANY,
    /** The log cannot be reached, or the outcome of an append is unknown; try again later. */
    UNAVAILABLE
}
