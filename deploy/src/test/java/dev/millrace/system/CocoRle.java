package dev.millrace.system;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Reads COCO's compressed run lengths, written from their description and not from our writer: runs
 * of columns, beginning with what is outside; six bits a character, five of them of the number;
 * from the fourth run on the number is what is to be added to the run before the last.
 */
final class CocoRle {
    private CocoRle() {}

    /** The pixels of a mask, row by row. */
    static BitSet read(int height, int width, String counts) {
        var pixels = new BitSet(height * width);
        int at = 0;
        boolean isInside = false;
        for (long run : runs(counts)) {
            for (long end = at + run; at < end; at++) {
                pixels.set(at % height * width + at / height, isInside);
            }
            isInside = !isInside;
        }
        if (at != height * width) {
            throw new AssertionError(
                    "the runs must have %d pixels, had %d".formatted(height * width, at));
        }
        return pixels;
    }

    private static List<Long> runs(String counts) {
        var runs = new ArrayList<Long>();
        int place = 0;
        while (place < counts.length()) {
            long number = 0;
            int bits = 0;
            int six;
            do {
                six = counts.charAt(place++) - 48;
                number |= (long) (six & 0b11111) << bits;
                bits += 5;
            } while ((six & 0b100000) != 0);
            if ((six & 0b10000) != 0) {
                number -= 1L << bits;
            }
            runs.add(runs.size() > 2 ? number + runs.get(runs.size() - 2) : number);
        }
        return runs;
    }
}
