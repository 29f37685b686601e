package dev.millrace.workers.segment.mask;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * A mask as COCO writes it: lengths of runs, column by column, first of pixels that do not belong
 * to it, then of pixels that do, and so on.
 *
 * <p>{@link #compressed} is the text that pycocotools calls {@code counts}: five bits a character
 * from '0' on, the sixth says that more follow; from the fourth run on it is the difference from
 * the run before the last ({@code rleToString} in maskApi.c). Masks from strangers come through
 * {@link #parse}, which takes nothing that does not describe a mask of the size said.
 */
public final class Rle {
    private static final int BITS = 5;
    private static final int MORE = 1 << BITS;
    private static final int SIGN = MORE >> 1;
    private static final int FIRST = '0';
    private static final int LAST = FIRST + 2 * MORE - 1;

    /** Lengths below 2^28 and differences of such need no more. */
    private static final int MAX_CHARACTERS = 6;

    private final int height;
    private final int width;
    private final int[] runs;

    private Rle(int height, int width, int[] runs) {
        this.height = height;
        this.width = width;
        this.runs = runs;
    }

    public static Rle of(Mask mask) {
        var runs = IntStream.builder();
        boolean isInside = false;
        int run = 0;
        for (int column = 0; column < mask.width(); column++) {
            for (int row = 0; row < mask.height(); row++) {
                if (mask.has(row, column) != isInside) {
                    runs.add(run);
                    run = 0;
                    isInside = !isInside;
                }
                run++;
            }
        }
        runs.add(run);
        return new Rle(mask.height(), mask.width(), runs.build().toArray());
    }

    /** Lengths of runs that together are as many as the pixels. */
    public static Rle ofRuns(int height, int width, int... runs) {
        int pixels = Mask.checkedPixels(height, width);
        long sum = 0;
        for (int run : runs) {
            if (run < 0) {
                throw new IllegalArgumentException("a run must not be negative, was " + run);
            }
            sum += run;
        }
        if (sum != pixels) {
            throw new IllegalArgumentException(
                    "runs must cover %d x %d = %d pixels, covered %d"
                            .formatted(height, width, pixels, sum));
        }
        return new Rle(height, width, runs.clone());
    }

    /** Reads {@link #compressed}. */
    public static Rle parse(int height, int width, String counts) {
        int pixels = Mask.checkedPixels(height, width);
        var runs = new int[Math.min(counts.length(), pixels + 2)];
        int read = 0;
        long sum = 0;
        for (int at = 0; at < counts.length(); read++) {
            if (read == runs.length) {
                throw refused("at most %d runs".formatted(runs.length), "more", at);
            }
            int end = end(counts, at);
            long run = number(counts, at, end) + (read > 2 ? runs[read - 2] : 0);
            sum += run;
            if (run < 0 || sum > pixels) {
                throw refused("runs that cover " + pixels + " pixels", "a run of " + run, at);
            }
            runs[read] = (int) run;
            at = end;
        }
        return ofRuns(height, width, IntStream.of(runs).limit(read).toArray());
    }

    /** Where the number that begins here ends. */
    private static int end(String counts, int from) {
        for (int at = from; at < counts.length() && at < from + MAX_CHARACTERS; at++) {
            int character = counts.charAt(at);
            if (character < FIRST || character > LAST) {
                throw refused("characters from '0' to 'o'", "code " + character, at);
            }
            if (((character - FIRST) & MORE) == 0) {
                return at + 1;
            }
        }
        throw refused("numbers of at most " + MAX_CHARACTERS + " characters", "no end", from);
    }

    private static long number(String counts, int from, int to) {
        long number = 0;
        for (int at = from; at < to; at++) {
            number |= (long) ((counts.charAt(at) - FIRST) & (MORE - 1)) << BITS * (at - from);
        }
        boolean isNegative = ((counts.charAt(to - 1) - FIRST) & SIGN) != 0;
        return isNegative ? number | -1L << BITS * (to - from) : number;
    }

    private static IllegalArgumentException refused(String expected, String was, int at) {
        return new IllegalArgumentException(
                "compressed run lengths must be %s, was %s at character %d"
                        .formatted(expected, was, at));
    }

    public int height() {
        return height;
    }

    public int width() {
        return width;
    }

    /** The lengths of the runs. */
    public int[] runs() {
        return runs.clone();
    }

    public String compressed() {
        var text = new StringBuilder();
        for (int i = 0; i < runs.length; i++) {
            write(text, i > 2 ? runs[i] - runs[i - 2] : runs[i]);
        }
        return text.toString();
    }

    private static void write(StringBuilder text, int number) {
        int rest = number;
        boolean hasMore = true;
        while (hasMore) {
            int bits = rest & (MORE - 1);
            rest >>= BITS;
            hasMore = (bits & SIGN) != 0 ? rest != -1 : rest != 0;
            text.append((char) (FIRST + (hasMore ? bits | MORE : bits)));
        }
    }

    public Mask mask() {
        var bits = new BitSet(height * width);
        int from = 0;
        for (int i = 0; i < runs.length; i++) {
            for (int at = from; i % 2 == 1 && at < from + runs[i]; at++) {
                bits.set(at % height * width + at / height);
            }
            from += runs[i];
        }
        return Mask.of(height, width, bits);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Rle rle
                && height == rle.height
                && width == rle.width
                && Arrays.equals(runs, rle.runs);
    }

    @Override
    public int hashCode() {
        return Objects.hash(height, width, Arrays.hashCode(runs));
    }

    @Override
    public String toString() {
        return "%d runs of a mask of %d x %d pixels".formatted(runs.length, height, width);
    }
}
