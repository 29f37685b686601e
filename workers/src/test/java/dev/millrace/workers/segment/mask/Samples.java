package dev.millrace.workers.segment.mask;

import java.util.SplittableRandom;
import java.util.stream.Stream;

/** Masks for tests: drawn with characters, or at random. */
public final class Samples {
    private Samples() {}

    /** A row of characters for each row of the mask; '#' belongs to it. */
    public static Mask mask(String... rows) {
        int width = rows[0].length();
        return Mask.of(rows.length, width, at -> rows[at / width].charAt(at % width) == '#');
    }

    /** Blobs, noise and holes of all sizes up to 70 pixels a side. */
    public static Stream<Mask> random(int count) {
        return Stream.iterate(0L, seed -> seed + 1)
                .limit(count)
                .map(seed -> random(new SplittableRandom(seed)));
    }

    public static Mask random(SplittableRandom random) {
        return random(random, 1 + random.nextInt(70), 1 + random.nextInt(70));
    }

    public static Mask random(SplittableRandom random, int height, int width) {
        double share = random.nextDouble();
        int coarse = 1 + random.nextInt(6);
        var cells = Mask.of(height, width, _ -> random.nextDouble() < share);
        return Mask.of(height, width, at -> cells.has(at / width / coarse, at % width / coarse));
    }
}
