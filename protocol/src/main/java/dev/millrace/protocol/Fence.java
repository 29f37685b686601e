package dev.millrace.protocol;

/**
 * The reader's rule that drops void records. It is the state of one reader of one stream, and a
 * pure function from the next record (in log order) to what it means. Gateways, workers and closers
 * all judge by it, so they all see the same stream.
 *
 * <p>A <b>claim</b> is valid if its attempt is greater, and sets the attempt. An <b>event</b> is
 * valid if its attempt is equal and its sequence is the next one. A <b>closing event</b> carries
 * {@link #TOP}, no sequence, and takes the next one. Every valid terminal event sets the attempt to
 * {@link #TOP}, so nothing after it is valid. Everything else is void: a paused worker that wakes
 * up can write as much as it likes, nobody sees it.
 *
 * @param attempt of the last valid claim; 0 before any, {@link #TOP} after the end
 * @param sequence of the last valid event
 */
public record Fence(int attempt, int sequence) {
    public static final int TOP = Integer.MAX_VALUE;

    /** The state at {@code accepted}. */
    public static final Fence START = new Fence(0, 0);

    public Fence {
        if (attempt < 0 || sequence < 0) {
            throw new IllegalArgumentException(
                    "attempt and sequence must be 0 or more, were " + attempt + " and " + sequence);
        }
    }

    /** What a record means to a reader. */
    public sealed interface Verdict {}

    /** The record belongs to the stream; the reader goes on from {@code after}. */
    public record Admitted(Fence after) implements Verdict {}

    /** Nobody sees the record; the reader's state stays as it is. */
    public record Dropped() implements Verdict {}

    private static final Dropped VOID = new Dropped();

    public boolean hasEnded() {
        return attempt == TOP;
    }

    /** Judges the stream's next record in log order. */
    public Verdict judge(Mark mark) {
        if (hasEnded() || sequence == Integer.MAX_VALUE) { // no number is left
            return VOID;
        }
        return switch (mark.type()) {
            case ACCEPTED -> VOID;
            case CLAIMED ->
                    mark.attempt() > attempt && mark.attempt() < TOP
                            ? valid(mark.attempt(), sequence)
                            : VOID;
            case DELTA, PREVIEW, PICTURE, MASK, PROGRESS, RESTARTED ->
                    isNext(mark) ? valid(attempt, sequence + 1) : VOID;
            case COMPLETED, FAILED, CANCELLED, EXPIRED ->
                    mark.isClosing() || isNext(mark) ? valid(TOP, sequence + 1) : VOID;
        };
    }

    private boolean isNext(Mark mark) {
        return attempt > 0 && mark.attempt() == attempt && mark.sequence() == sequence + 1;
    }

    private static Admitted valid(int attempt, int sequence) {
        return new Admitted(new Fence(attempt, sequence));
    }
}
