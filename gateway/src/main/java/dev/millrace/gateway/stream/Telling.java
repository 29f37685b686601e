package dev.millrace.gateway.stream;

import dev.millrace.gateway.tail.LogRecord;
import dev.millrace.protocol.Cursor;
import dev.millrace.protocol.EventType;
import dev.millrace.protocol.Fence;

import java.util.Optional;

/** What a reader who stands somewhere is told of a later record: the one use of the fence here. */
final class Telling {
    private Telling() {}

    /** Empty if the record is void. */
    static Optional<StreamEvent> next(Cursor reader, LogRecord record) {
        return switch (reader.fence().judge(record.mark())) {
            case Fence.Admitted(var after) -> Optional.of(event(reader.fence(), after, record));
            case Fence.Dropped _ -> Optional.empty();
        };
    }

    private static StreamEvent event(Fence before, Fence after, LogRecord record) {
        var type = record.mark().type();
        int attempt = type == EventType.CLAIMED ? after.attempt() : before.attempt();
        return new StreamEvent(
                type,
                new Cursor(record.offset(), after),
                attempt,
                record.appended(),
                record.attributes(),
                record.data());
    }
}
