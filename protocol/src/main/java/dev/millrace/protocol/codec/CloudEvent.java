package dev.millrace.protocol.codec;

import java.util.Map;

/**
 * A CloudEvent 1.0 in binary mode.
 *
 * @param type without the {@link #TYPE_PREFIX}
 * @param extensions extension attributes (lower-case names)
 */
@SuppressWarnings("ArrayRecordComponent") // the data is written and read once, never compared
public record CloudEvent(
        String id,
        String type,
        String source,
        String subject,
        String contentType,
        Map<String, String> extensions,
        String traceparent,
        byte[] data) {
    public static final String SPEC_VERSION = "1.0";
    public static final String TYPE_PREFIX = "dev.millrace.";
    public static final String JSON = "application/json";

    /** Extension attributes. */
    public static final String ATTEMPT = "attempt";

    public static final String SEQUENCE = "sequence";
    public static final String OWNER = "owner";
}
