package dev.millrace.protocol.codec;

import dev.millrace.protocol.JobId;

import java.util.Map;

/**
 * The hint to workers that a job is no longer wanted; the fact itself is the {@code cancelled}
 * event in the stream.
 */
public final class CancelCodec {
    public static final String TYPE = "cancel";

    private CancelCodec() {}

    public static CloudEvent encode(JobId job, String source) {
        var subject = job.key().toString();
        return new CloudEvent(
                subject + "-cancel",
                TYPE,
                source,
                subject,
                CloudEvent.JSON,
                Map.of(),
                "",
                Json.object(json -> json.writeStringField("id", job.toString())));
    }

    /**
     * @throws Unreadable if it is no cancellation
     */
    public static JobId decode(byte[] data) {
        return JobId.parse(Json.text(Json.read(data), "id"))
                .orElseThrow(() -> new Unreadable("field 'id' is no job id"));
    }
}
