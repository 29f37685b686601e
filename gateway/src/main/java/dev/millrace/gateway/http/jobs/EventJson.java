package dev.millrace.gateway.http.jobs;

import static dev.millrace.gateway.http.jobs.PictureJson.isPicture;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.millrace.gateway.stream.StreamEvent;
import dev.millrace.protocol.JobId;
import dev.millrace.protocol.Mark;

import io.vertx.core.buffer.Buffer;

/**
 * An event as JSON for clients: its place, then the fields of the log's own JSON, spliced in as
 * they stand. Decoding and encoding each event again would cost more than all else the gateway does
 * for it.
 */
public final class EventJson {
    private static final byte[] ACCEPTED = ascii(",\"sequence\":0,\"attempt\":0");

    private final byte[] start;

    /**
     * @param job whose stream it is
     */
    public EventJson(JobId job) {
        start = ascii("\"job\":\"" + job + "\"");
    }

    /** The fields, without the braces around them; on one line. A picture is in base64. */
    public void append(StreamEvent event, Buffer to) {
        append(event, isPicture(event.type()) ? PictureJson.whole(event) : event.data(), to);
    }

    /** The same without the bytes of a picture, which are told beside it. */
    public void appendWithoutPicture(StreamEvent event, Buffer to) {
        append(event, PictureJson.withoutPicture(event), to);
    }

    private void append(StreamEvent event, byte[] data, Buffer to) {
        to.appendBytes(start);
        if (event.sequence() != Mark.NO_SEQUENCE) {
            to.appendBytes(ascii(",\"sequence\":" + event.sequence()));
        }
        to.appendBytes(ascii(",\"attempt\":" + event.attempt()));
        splice(data, to);
    }

    /** The same for the first event of every stream. */
    public void appendAccepted(Buffer to) {
        to.appendBytes(start).appendBytes(ACCEPTED);
    }

    /** What stands between the outer braces. */
    private static void splice(byte[] data, Buffer to) {
        int end = data.length - 1;
        if (end < 1 || data[0] != '{' || data[end] != '}') {
            return;
        }
        boolean empty = true;
        boolean oneLine = true;
        for (int i = 1; i < end; i++) {
            empty &= data[i] <= ' ' && data[i] >= 0;
            oneLine &= data[i] != '\n' && data[i] != '\r';
        }
        if (empty) {
            return;
        }
        to.appendByte((byte) ',');
        to.appendBytes(oneLine ? data : inOneLine(data), 1, end - 1);
    }

    /** Line breaks in JSON are between its tokens, where a blank does as well. */
    private static byte[] inOneLine(byte[] data) {
        var line = data.clone();
        for (int i = 0; i < line.length; i++) {
            if (line[i] == '\n' || line[i] == '\r') {
                line[i] = ' ';
            }
        }
        return line;
    }

    public static byte[] ascii(String text) {
        return text.getBytes(US_ASCII);
    }
}
