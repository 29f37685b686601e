package dev.millrace.workers.tensor;

/**
 * Random numbers that are a function of (seed, index, lane) and of nothing else.
 *
 * <p>Whoever takes a stream over at token i draws the same numbers for it, without having drawn the
 * first i. Philox 4x32-10: J. Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3", SC
 * 2011; checked against its published vectors. The key is the seed; the counter is the index (64
 * bits), the lane (32 bits) and zero.
 *
 * @param seed any value; equal seeds give equal numbers on every machine
 */
public record Generator(long seed) {
    private static final int ROUNDS = 10;
    private static final int MULTIPLIER_0 = 0xD2511F53;
    private static final int MULTIPLIER_1 = 0xCD9E8D57;
    private static final int WEYL_0 = 0x9E3779B9;
    private static final int WEYL_1 = 0xBB67AE85;
    private static final double UNIT = 0x1p-53;

    /** 64 random bits. */
    public long bits(long index, int lane) {
        int[] block =
                philox(
                        new int[] {(int) index, (int) (index >>> 32), lane, 0},
                        (int) seed,
                        (int) (seed >>> 32));
        return Integer.toUnsignedLong(block[0]) | ((long) block[1] << 32);
    }

    /** Uniform in [0, 1), 53 bits. */
    public double uniform(long index, int lane) {
        return (bits(index, lane) >>> 11) * UNIT;
    }

    /** Standard normal, by Box and Muller's transform of one counter's 128 bits. */
    public double normal(long index, int lane) {
        int[] block =
                philox(
                        new int[] {(int) index, (int) (index >>> 32), lane, 0},
                        (int) seed,
                        (int) (seed >>> 32));
        double radius = Math.sqrt(-2 * Math.log(openUnit(block[0], block[1])));
        return radius * Math.cos(2 * Math.PI * openUnit(block[2], block[3]));
    }

    /** In (0, 1]: the logarithm needs it above zero. */
    private static double openUnit(int low, int high) {
        long bits = Integer.toUnsignedLong(low) | ((long) high << 32);
        return ((bits >>> 11) + 1) * UNIT;
    }

    /**
     * Ten rounds of the bijection on a 128-bit counter under a 64-bit key; the counter is
     * overwritten.
     */
    static int[] philox(int[] counter, int key0, int key1) {
        int k0 = key0;
        int k1 = key1;
        for (int round = 0; round < ROUNDS; round++) {
            long product0 =
                    Integer.toUnsignedLong(MULTIPLIER_0) * Integer.toUnsignedLong(counter[0]);
            long product1 =
                    Integer.toUnsignedLong(MULTIPLIER_1) * Integer.toUnsignedLong(counter[2]);
            counter[0] = (int) (product1 >>> 32) ^ counter[1] ^ k0;
            counter[1] = (int) product1;
            counter[2] = (int) (product0 >>> 32) ^ counter[3] ^ k1;
            counter[3] = (int) product0;
            k0 += WEYL_0;
            k1 += WEYL_1;
        }
        return counter;
    }
}
