package dev.millrace.gateway.http.jobs;

import com.fasterxml.jackson.core.JsonGenerator;

import dev.millrace.gateway.http.body.Json;
import dev.millrace.gateway.stream.StreamEvent;
import dev.millrace.protocol.Body;
import dev.millrace.protocol.EventType;
import dev.millrace.protocol.Png;
import dev.millrace.protocol.codec.EventCodec;

import java.io.IOException;

/** Events whose data in the log is a picture, as JSON. */
public final class PictureJson {
    private PictureJson() {}

    /** Whether an event's data is a picture. */
    public static boolean isPicture(EventType type) {
        return switch (type) {
            case PREVIEW, PICTURE -> true;
            case ACCEPTED, CLAIMED, DELTA, MASK, PROGRESS, RESTARTED -> false;
            case COMPLETED, FAILED, CANCELLED, EXPIRED -> false;
        };
    }

    /** With the picture itself in base64. */
    static byte[] whole(StreamEvent event) {
        return Json.object(json -> {
            write(json, event);
            json.writeBinaryField("image", event.data());
        });
    }

    /** With the length of the picture, which comes beside it. */
    static byte[] withoutPicture(StreamEvent event) {
        return Json.object(json -> {
            write(json, event);
            json.writeNumberField("bytes", event.data().length);
        });
    }

    private static void write(JsonGenerator json, StreamEvent event) throws IOException {
        switch (EventCodec.decode(event.type(), event.attributes(), event.data())) {
            case Body.Preview preview -> write(json, preview);
            case Body.Picture picture -> {
                json.writeNumberField("picture", picture.picture());
                write(json, picture.sweeps());
            }
            case Body other -> throw new IllegalArgumentException("no picture: " + other.type());
        }
        json.writeStringField("content_type", Png.CONTENT_TYPE);
    }

    private static void write(JsonGenerator json, Body.Preview preview) throws IOException {
        json.writeNumberField("picture", preview.picture());
        json.writeNumberField("index", preview.index());
        json.writeNumberField("block", preview.block());
        json.writeNumberField("fraction", preview.fraction());
        json.writeFieldName("residuals");
        double[] residuals =
                preview.residuals().stream().mapToDouble(Double::doubleValue).toArray();
        json.writeArray(residuals, 0, residuals.length);
        write(json, preview.sweeps());
    }

    private static void write(JsonGenerator json, Body.Sweeps sweeps) throws IOException {
        json.writeFieldName("sweeps");
        int[] counts = sweeps.counts().stream().mapToInt(Integer::intValue).toArray();
        json.writeArray(counts, 0, counts.length);
        if (!sweeps.tokenwise().isEmpty()) {
            json.writeFieldName("tokenwise");
            int[] blocks = sweeps.tokenwise().stream().mapToInt(Integer::intValue).toArray();
            json.writeArray(blocks, 0, blocks.length);
        }
    }
}
