package dev.millrace.gateway.http.jobs;

import dev.millrace.gateway.http.body.Fields;
import dev.millrace.gateway.refusal.Refusal;
import dev.millrace.protocol.Cursor;

/** Cursors as clients send them. */
public final class Cursors {
    private Cursors() {}

    /**
     * @throws Refusal if it is no cursor
     */
    public static Cursor read(String text) {
        return Cursor.parse(text)
                .orElseThrow(() ->
                        Refusal.invalid(
                                "after",
                                "after must be the id of an event of this stream, was '"
                                        + Fields.shown(text)
                                        + "'"));
    }
}
