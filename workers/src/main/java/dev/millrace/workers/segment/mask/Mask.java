package dev.millrace.workers.segment.mask;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Which pixels of a picture, or cells of a grid, belong to something: one bit each, row by row.
 *
 * <p>A pixel's number is {@code row * width + column}. Masks of different sizes do not mix.
 */
public final class Mask {
    /** As many pixels as a mask may have: 32 MiB of bits. */
    public static final int MAX_PIXELS = 1 << 28;

    private final int height;
    private final int width;
    private final long[] words;

    private Mask(int height, int width, long[] words) {
        this.height = height;
        this.width = width;
        this.words = words;
    }

    /** Refuses sizes that no mask may have. */
    static int checkedPixels(int height, int width) {
        if (height < 1 || width < 1 || (long) height * width > MAX_PIXELS) {
            throw new IllegalArgumentException(
                    "a mask must have 1 to %d pixels, was %d x %d (height x width)"
                            .formatted(MAX_PIXELS, height, width));
        }
        return height * width;
    }

    public static Mask empty(int height, int width) {
        return of(height, width, _ -> false);
    }

    /** The pixels for whose number the predicate holds. */
    public static Mask of(int height, int width, IntPredicate holds) {
        int pixels = checkedPixels(height, width);
        var words = new long[(pixels + 63) >>> 6];
        for (int pixel = 0; pixel < pixels; pixel++) {
            if (holds.test(pixel)) {
                words[pixel >>> 6] |= 1L << pixel;
            }
        }
        return new Mask(height, width, words);
    }

    /** The pixels whose values are greater than the threshold; {@code values} [height, width]. */
    public static Mask above(float[] values, int height, int width, float threshold) {
        if (values.length != checkedPixels(height, width)) {
            throw new IllegalArgumentException(
                    "a mask of %d x %d needs %d values, were %d"
                            .formatted(height, width, height * width, values.length));
        }
        var words = new long[(values.length + 63) >>> 6];
        for (int pixel = 0; pixel < values.length; pixel++) {
            words[pixel >>> 6] |= values[pixel] > threshold ? 1L << pixel : 0;
        }
        return new Mask(height, width, words);
    }

    /** The pixels of a rectangle of whole pixels. */
    public static Mask of(int height, int width, Box box) {
        return of(
                height,
                width,
                pixel -> {
                    int row = pixel / width;
                    int column = pixel % width;
                    return row >= box.top()
                            && row < box.bottom()
                            && column >= box.left()
                            && column < box.right();
                });
    }

    static Mask of(int height, int width, BitSet bits) {
        int pixels = checkedPixels(height, width);
        return new Mask(height, width, Arrays.copyOf(bits.toLongArray(), (pixels + 63) >>> 6));
    }

    public int height() {
        return height;
    }

    public int width() {
        return width;
    }

    public int pixels() {
        return height * width;
    }

    /** Whether the pixel of that number belongs to it. */
    public boolean has(int pixel) {
        return (words[pixel >>> 6] & (1L << pixel)) != 0;
    }

    public boolean has(int row, int column) {
        return has(row * width + column);
    }

    /** The numbers of its pixels, in ascending order. */
    public IntStream stream() {
        return BitSet.valueOf(words).stream();
    }

    public int area() {
        int area = 0;
        for (long word : words) {
            area += Long.bitCount(word);
        }
        return area;
    }

    public boolean isEmpty() {
        return area() == 0;
    }

    public Mask and(Mask other) {
        checkSize(other);
        var both = words.clone();
        for (int i = 0; i < both.length; i++) {
            both[i] &= other.words[i];
        }
        return new Mask(height, width, both);
    }

    public Mask or(Mask other) {
        checkSize(other);
        var either = words.clone();
        for (int i = 0; i < either.length; i++) {
            either[i] |= other.words[i];
        }
        return new Mask(height, width, either);
    }

    public Mask minus(Mask other) {
        checkSize(other);
        var rest = words.clone();
        for (int i = 0; i < rest.length; i++) {
            rest[i] &= ~other.words[i];
        }
        return new Mask(height, width, rest);
    }

    /** How many pixels both have. */
    public int intersection(Mask other) {
        checkSize(other);
        int common = 0;
        for (int i = 0; i < words.length; i++) {
            common += Long.bitCount(words[i] & other.words[i]);
        }
        return common;
    }

    /** How many pixels either has. */
    public int union(Mask other) {
        checkSize(other);
        int either = 0;
        for (int i = 0; i < words.length; i++) {
            either += Long.bitCount(words[i] | other.words[i]);
        }
        return either;
    }

    /** Intersection over union, in [0, 1]; 0 for two empty masks. */
    public double iou(Mask other) {
        int either = union(other);
        return either == 0 ? 0 : (double) intersection(other) / either;
    }

    /** The smallest box around its pixels; none around no pixel. */
    public Optional<Box> box() {
        int left = width;
        int right = 0;
        int top = height;
        int bottom = 0;
        for (int row = 0; row < height; row++) {
            int first = next(row * width, (row + 1) * width);
            if (first < 0) {
                continue;
            }
            top = Math.min(top, row);
            bottom = row + 1;
            left = Math.min(left, first - row * width);
            right = Math.max(right, last(row * width, (row + 1) * width) - row * width + 1);
        }
        return bottom == 0 ? Optional.empty() : Optional.of(new Box(left, top, right, bottom));
    }

    /** The first pixel from {@code from} on and before {@code to}, or -1. */
    private int next(int from, int to) {
        int at = from >>> 6;
        long word = words[at] & (-1L << from);
        while (word == 0 && ((at + 1) << 6) < to) {
            word = words[++at];
        }
        int pixel = (at << 6) + Long.numberOfTrailingZeros(word);
        return word == 0 || pixel >= to ? -1 : pixel;
    }

    /** The last pixel before {@code to}; there must be one from {@code from} on. */
    private int last(int from, int to) {
        int at = (to - 1) >>> 6;
        long word = words[at] & (-1L >>> (63 - ((to - 1) & 63)));
        while (word == 0 && (at << 6) > from) {
            word = words[--at];
        }
        return (at << 6) + 63 - Long.numberOfLeadingZeros(word);
    }

    /** The mask at another size; each pixel takes what the old one at its corner has. */
    public Mask resized(int toHeight, int toWidth) {
        int pixels = checkedPixels(toHeight, toWidth);
        if (toHeight == height && toWidth == width) {
            return this;
        }
        var rows = Resize.nearest(height, toHeight);
        var columns = Resize.nearest(width, toWidth);
        var resized = new long[(pixels + 63) >>> 6];
        for (int row = 0, pixel = 0; row < toHeight; row++) {
            int from = rows[row] * width;
            for (int column = 0; column < toWidth; column++, pixel++) {
                resized[pixel >>> 6] |= has(from + columns[column]) ? 1L << pixel : 0;
            }
        }
        return new Mask(toHeight, toWidth, resized);
    }

    private void checkSize(Mask other) {
        if (height != other.height || width != other.width) {
            throw new IllegalArgumentException(
                    "masks must have the same size, were %d x %d and %d x %d"
                            .formatted(height, width, other.height, other.width));
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Mask mask
                && height == mask.height
                && width == mask.width
                && Arrays.equals(words, mask.words);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * height + width) + Arrays.hashCode(words);
    }

    @Override
    public String toString() {
        return "a mask of %d of %d x %d pixels".formatted(area(), height, width);
    }
}
