package dev.millrace.protocol;

/**
 * What the fence needs to know of a record; its headers say it all, so the value is never decoded
 * to judge it.
 *
 * @param attempt the writer's claim; 0 for {@code accepted}, {@link Fence#TOP} for a closing event
 * @param sequence dense number within the stream; {@link #NO_SEQUENCE} for claims and closing
 *     events
 */
public record Mark(EventType type, int attempt, int sequence) {
    public static final int NO_SEQUENCE = -1;

    public static Mark claim(int attempt) {
        return new Mark(EventType.CLAIMED, attempt, NO_SEQUENCE);
    }

    public static Mark closing(EventType type) {
        return new Mark(type, Fence.TOP, NO_SEQUENCE);
    }

    /** Claim and end in one record, by somebody who is not the stream's worker. */
    public boolean isClosing() {
        return attempt == Fence.TOP && type.mayClose();
    }
}
