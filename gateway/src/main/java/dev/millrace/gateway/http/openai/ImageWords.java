package dev.millrace.gateway.http.openai;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.millrace.gateway.http.body.Json;
import dev.millrace.gateway.http.exchange.Pump;
import dev.millrace.gateway.stream.StreamEvent;
import dev.millrace.protocol.Body;
import dev.millrace.protocol.Png;
import dev.millrace.protocol.codec.EventCodec;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;

/**
 * A stream as OpenAI's events of image generation: some previews, then each picture. A failure in
 * the middle is an error event, and then the end.
 */
final class ImageWords implements Pump.Words {
    private static final String PARTIAL = "image_generation.partial_image";
    private static final String COMPLETED = "image_generation.completed";
    private static final byte[] END = "\n\n".getBytes(US_ASCII);

    private final ImageJson words;
    private final Partials partials;

    ImageWords(ImageJson words) {
        this.words = words;
        this.partials = new Partials(words.asked().partials());
    }

    @Override
    public void begin(HttpServerResponse response, Buffer to) {
        Words.beginEvents(response);
    }

    @Override
    public Pump.Then say(StreamEvent event, Buffer to) {
        return switch (EventCodec.decode(event.type(), event.attributes(), event.data())) {
            case Body.Accepted _, Body.Claimed _, Body.Progress _ -> Pump.Then.GO_ON;
            case Body.Delta _, Body.Mask _ -> Pump.Then.GO_ON;
            case Body.Preview preview -> {
                if (partials.takes(preview)) {
                    partial(preview, to);
                }
                yield Pump.Then.GO_ON;
            }
            case Body.Picture picture -> {
                event(COMPLETED, picture.image(), json -> words.usage(json, 1), to);
                yield Pump.Then.GO_ON;
            }
            case Body.Completed _ -> Pump.Then.END;
            case Body.Restarted _ -> Words.error(Words.RESTARTED, to);
            case Body.Terminal end -> Words.failed(end, to);
        };
    }

    private void partial(Body.Preview preview, Buffer to) {
        int index = partials.count(preview);
        event(
                PARTIAL,
                preview.image(),
                json -> json.writeNumberField("partial_image_index", index),
                to);
    }

    private void event(String type, Png image, Json.Content more, Buffer to) {
        to.appendString("event: " + type + "\ndata: ");
        to.appendBytes(
                Json.object(json -> {
                    json.writeStringField("type", type);
                    json.writeBinaryField("b64_json", image.bytes());
                    json.writeNumberField("created_at", words.created());
                    words.about(json);
                    more.write(json);
                }));
        to.appendBytes(END);
    }

    @Override
    public void breakOff(Throwable cause, Buffer to) {
        Words.broken(cause, to);
    }
}
