package dev.millrace.protocol;

import java.util.Comparator;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Where a reader of a stream stands: at the record of this offset, with the fence in this state.
 * After a terminal event the attempt is {@link Fence#TOP}, so that a reader who resumes there is
 * told nothing more.
 *
 * <p>Written as 28 hex digits (offset 12, attempt 8, sequence 8): opaque to clients, and ordered as
 * text.
 */
public record Cursor(long offset, Fence fence) implements Comparable<Cursor> {
    private static final Comparator<Cursor> ORDER =
            Comparator.comparingLong(Cursor::offset)
                    .thenComparingInt(cursor -> cursor.fence().attempt())
                    .thenComparingInt(cursor -> cursor.fence().sequence());
    private static final int OFFSET_DIGITS = 12;
    private static final int INT_DIGITS = 8;
    private static final int LENGTH = OFFSET_DIGITS + 2 * INT_DIGITS;
    private static final long MAX_OFFSET = (1L << (4 * OFFSET_DIGITS)) - 1;

    public Cursor {
        if (offset < 0 || offset > MAX_OFFSET) {
            throw new IllegalArgumentException(
                    "offset must be 0.." + MAX_OFFSET + ", was " + offset);
        }
    }

    /** Where everybody's stream starts: at its {@code accepted} record. */
    public static Cursor at(JobId job) {
        return new Cursor(job.offset(), Fence.START);
    }

    /** Reads what {@link #toString} wrote; empty if it is anything else. */
    public static Optional<Cursor> parse(String text) {
        if (text.length() != LENGTH
                || !text.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
            return Optional.empty();
        }
        long offset = HexFormat.fromHexDigitsToLong(text, 0, OFFSET_DIGITS);
        int attempt = HexFormat.fromHexDigits(text, OFFSET_DIGITS, OFFSET_DIGITS + INT_DIGITS);
        int sequence = HexFormat.fromHexDigits(text, OFFSET_DIGITS + INT_DIGITS, LENGTH);
        return attempt < 0 || sequence < 0
                ? Optional.empty()
                : Optional.of(new Cursor(offset, new Fence(attempt, sequence)));
    }

    @Override
    public int compareTo(Cursor other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        var hex = HexFormat.of();
        return hex.toHexDigits(offset, OFFSET_DIGITS)
                + hex.toHexDigits(fence.attempt())
                + hex.toHexDigits(fence.sequence());
    }
}
