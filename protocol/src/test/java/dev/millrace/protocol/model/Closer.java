package dev.millrace.protocol.model;

import dev.millrace.protocol.EventType;
import dev.millrace.protocol.Mark;

import java.util.Optional;

/** Somebody who ends a stream without being its worker. */
sealed interface Closer {
    record Quiet() implements Closer {}

    /** The closing event is on the way. */
    record Closing(Mark mark) implements Closer {}

    /** It was appended; this is how the closer then saw the stream end. */
    record Closed(Optional<EventType> end) implements Closer {}
}
