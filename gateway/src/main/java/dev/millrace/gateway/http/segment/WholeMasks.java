package dev.millrace.gateway.http.segment;

import dev.millrace.gateway.http.exchange.Exchange;
import dev.millrace.gateway.http.exchange.Problems;
import dev.millrace.gateway.http.exchange.Reader;
import dev.millrace.gateway.stream.StreamEvent;
import dev.millrace.gateway.stream.Subscription;
import dev.millrace.protocol.Body;
import dev.millrace.protocol.JobId;
import dev.millrace.protocol.codec.EventCodec;

import io.vertx.core.buffer.Buffer;

import java.util.ArrayList;
import java.util.List;

/** Gathers a job's masks into one answer, as they stand in the log. */
final class WholeMasks implements Reader {
    private final Exchange exchange;
    private final JobId job;
    private final List<byte[]> masks = new ArrayList<>();

    WholeMasks(Exchange exchange, JobId job) {
        this.exchange = exchange;
        this.job = job;
    }

    @Override
    public void attach(Subscription subscription) {}

    @Override
    public void next(List<StreamEvent> events) {
        for (var event : events) {
            switch (event.type()) {
                case MASK -> masks.add(event.data());
                case RESTARTED -> masks.clear();
                case ACCEPTED, CLAIMED, DELTA, PREVIEW, PICTURE, PROGRESS -> {}
                case COMPLETED, FAILED, CANCELLED, EXPIRED -> end(event);
            }
        }
    }

    private void end(StreamEvent event) {
        switch ((Body.Terminal) EventCodec.decode(event.type(), event.attributes(), event.data())) {
            case Body.Completed _ -> exchange.json(200, answer(event.data()));
            case Body.Terminal end -> exchange.answer(Problems.of(end));
        }
    }

    /**
     * @param completed the event's own JSON, which tells what it took
     */
    private byte[] answer(byte[] completed) {
        var answer = Buffer.buffer("{\"job\":\"" + job + "\",\"masks\":[");
        for (int i = 0; i < masks.size(); i++) {
            answer.appendString(i == 0 ? "" : ",").appendBytes(masks.get(i));
        }
        return answer.appendString("],").appendBytes(completed, 1, completed.length - 1).getBytes();
    }

    @Override
    public void failed(Throwable cause) {
        exchange.fail(cause);
    }
}
