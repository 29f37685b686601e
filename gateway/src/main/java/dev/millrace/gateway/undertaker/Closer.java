package dev.millrace.gateway.undertaker;

import dev.millrace.gateway.log.AppendFailed;
import dev.millrace.gateway.log.Appender;
import dev.millrace.gateway.tail.OpenStream;
import dev.millrace.protocol.Body;
import dev.millrace.protocol.Event;
import dev.millrace.protocol.kafka.Records;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Appends closing events, and the hint to a worker that may still be at it. */
public final class Closer {
    private static final Logger log = LoggerFactory.getLogger(Closer.class);

    private final Appender appender;
    private final String source;

    /**
     * @param source this gateway's name in its records
     */
    public Closer(Appender appender, String source) {
        this.appender = appender;
        this.source = source;
    }

    /** False if the log did not take the event. */
    boolean close(OpenStream stream, Body.Terminal end) {
        var job = stream.job();
        try {
            appender.append(
                    Records.event(job.partition(), Event.closing(job.key(), end), source, ""));
            appender.offer(Records.cancel(job, source));
            log.atInfo()
                    .addKeyValue("job", job)
                    .addKeyValue("model", stream.accepted().model())
                    .log("stream closed: " + end.type().word());
            return true;
        } catch (AppendFailed e) {
            log.atWarn()
                    .addKeyValue("job", job)
                    .addKeyValue("cause", e.getMessage())
                    .log("stream not closed yet");
            return false;
        }
    }
}
