package dev.millrace.gateway.http.jobs;

import dev.millrace.gateway.http.exchange.Problems;
import dev.millrace.gateway.http.exchange.Pump;
import dev.millrace.gateway.stream.StreamEvent;
import dev.millrace.protocol.Cursor;
import dev.millrace.protocol.EventType;
import dev.millrace.protocol.JobId;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;

import java.util.EnumMap;
import java.util.Map;

/**
 * A stream as server-sent events: {@code id} is the cursor after the event, {@code event} its type,
 * {@code data} its JSON on one line.
 */
final class SseWords implements Pump.Words {
    private static final byte[] RETRY = EventJson.ascii("retry: 1000\n\n");
    private static final byte[] ID = EventJson.ascii("id: ");
    private static final byte[] END = EventJson.ascii("}\n\n");
    private static final Map<EventType, byte[]> TYPES = types();

    private final JobId job;
    private final EventJson json;
    private final boolean fromTheStart;

    /**
     * @param fromTheStart whether {@code accepted} is still to be told; subscriptions begin after
     *     it
     */
    SseWords(JobId job, boolean fromTheStart) {
        this.job = job;
        this.json = new EventJson(job);
        this.fromTheStart = fromTheStart;
    }

    private static Map<EventType, byte[]> types() {
        var types = new EnumMap<EventType, byte[]>(EventType.class);
        for (var type : EventType.values()) {
            types.put(type, EventJson.ascii("\nevent: " + type.word() + "\ndata: {"));
        }
        return types;
    }

    @Override
    public void begin(HttpServerResponse response, Buffer to) {
        response.putHeader("Content-Type", "text/event-stream")
                .putHeader("Cache-Control", "no-store")
                .putHeader("X-Accel-Buffering", "no");
        to.appendBytes(RETRY);
        if (fromTheStart) {
            head(EventType.ACCEPTED, Cursor.at(job), to);
            json.appendAccepted(to);
            to.appendBytes(END);
        }
    }

    @Override
    public Pump.Then say(StreamEvent event, Buffer to) {
        head(event.type(), event.cursor(), to);
        json.append(event, to);
        to.appendBytes(END);
        return event.type().isTerminal() ? Pump.Then.END : Pump.Then.GO_ON;
    }

    private static void head(EventType type, Cursor cursor, Buffer to) {
        to.appendBytes(ID)
                .appendBytes(EventJson.ascii(cursor.toString()))
                .appendBytes(TYPES.getOrDefault(type, END));
    }

    /** A comment: the client comes back to where it was, and is told then what is wrong. */
    @Override
    public void breakOff(Throwable cause, Buffer to) {
        to.appendString(": " + Problems.of(cause).code() + "\n\n");
    }
}
