package dev.millrace.gateway.stream;

import dev.millrace.protocol.Cursor;
import dev.millrace.protocol.EventType;
import dev.millrace.protocol.Mark;
import dev.millrace.protocol.codec.Attributes;

import java.time.Instant;

/**
 * A valid record of a stream, as its readers see it. The data is passed on as it stands in the log.
 *
 * @param cursor where a reader stands after it
 * @param attempt of the claim under which it was said; that of the last valid claim for a closing
 *     event
 * @param appended the broker's time
 * @param attributes what it says beside its data
 * @param data JSON, or a picture
 */
@SuppressWarnings("ArrayRecordComponent") // passed on, never compared
public record StreamEvent(
        EventType type,
        Cursor cursor,
        int attempt,
        Instant appended,
        Attributes attributes,
        byte[] data) {
    /** Its number in the stream; {@link Mark#NO_SEQUENCE} for a claim, which has none. */
    public int sequence() {
        return type == EventType.CLAIMED ? Mark.NO_SEQUENCE : cursor.fence().sequence();
    }
}
