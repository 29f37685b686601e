package dev.millrace.workers.train;

/** Seeds made of other numbers, so that what a step learns from depends on nothing else. */
public final class Seeds {
    private Seeds() {}

    /** A seed made of two numbers: the finaliser of MurmurHash3 over their combination. */
    public static long mix(long seed, long counter) {
        var z = seed + (counter + 1) * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
