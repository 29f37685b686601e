package dev.millrace.workers.run;

import dev.millrace.protocol.Body;

import java.util.List;

/** A tenure in a log that answers as it was told to. */
record FakeTenure(List<String> journal, Standing.Outside afterEnd, Standing.Outside onReview)
        implements Tenure {
    @Override
    public History history() {
        return History.NONE;
    }

    @Override
    public Telling telling() {
        return new Telling() {
            @Override
            public void say(Body.Content content) {
                journal.add("say");
            }

            @Override
            public boolean isHeard() {
                return true;
            }
        };
    }

    @Override
    public Standing.Outside end(Body.Terminal last) {
        journal.add("end " + last.type().word());
        return afterEnd;
    }

    @Override
    public Standing.Outside review() {
        journal.add("review");
        return onReview;
    }

    @Override
    public void flush() {
        journal.add("flush");
    }

    @Override
    public void close() {
        journal.add("close");
    }
}
