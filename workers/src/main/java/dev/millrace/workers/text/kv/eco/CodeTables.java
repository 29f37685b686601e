package dev.millrace.workers.text.kv.eco;

/**
 * Which bits of a code each of some tables looks at: two codes meet in a table where these are
 * equal.
 *
 * <p>Of subsets of k bits, drawn at random, codes of b bits that differ in d of them meet in about
 * (1 - k / b)^d: locality-sensitive hashing by sampling bits (Indyk and Motwani 1998), whose mean
 * is an exponential of the codes' product. A sum over bits knows no such thing: there, codes that
 * have nothing in common still have half the weight of equal ones.
 */
public final class CodeTables {
    /** More would no longer be a small memory. */
    public static final int MOST = 64;

    public static final int MOST_BUCKETS = 1 << 16;

    /** 2^64 by the golden ratio (Knuth, volume 3, section 6.4). */
    private static final long SPREAD = 0x9E3779B97F4A7C15L;

    private final long[] subsets;
    private final int buckets;
    private final int shift;

    /**
     * @param buckets of each table, a power of two; subsets that differ may share one
     * @param subsets a table's bits are set
     */
    public CodeTables(int buckets, long... subsets) {
        if (subsets.length < 1 || subsets.length > MOST) {
            throw new IllegalArgumentException(
                    "tables must be 1..%d, were %d".formatted(MOST, subsets.length));
        }
        if (buckets < 2 || buckets > MOST_BUCKETS || Integer.bitCount(buckets) != 1) {
            throw new IllegalArgumentException(
                    "buckets must be a power of two, 2..%d, were %d"
                            .formatted(MOST_BUCKETS, buckets));
        }
        this.subsets = subsets.clone();
        this.buckets = buckets;
        this.shift = Long.numberOfLeadingZeros(buckets) + 1;
    }

    public int count() {
        return subsets.length;
    }

    public int buckets() {
        return buckets;
    }

    /** Where a code lies in a table. */
    public int bucket(int table, long code) {
        return (int) (((code & subsets[table]) * SPREAD) >>> shift);
    }
}
