package dev.millrace.workers.text.kv.eco;

import dev.millrace.workers.energy.Meter;

/**
 * What one key and value head keeps of the tokens that have left its window: sums, in a memory that
 * does not depend on how many there are. With them a query sees each such token with a weight that
 * depends on both codes: all together the weight {@link #weight} and the sum of values {@link
 * #mix}. Not thread-safe.
 */
public sealed interface Tail permits SumTail, TableTail {
    /**
     * Numbers of a value, up to whole lanes: what values here must have, zero where there is none.
     */
    static int lanes(int width) {
        return HeadHash.whole(width);
    }

    /** Tokens taken in. */
    int tokens();

    /** Takes in a token; {@code value} in whole lanes. */
    void add(long code, float[] value, Meter meter);

    /** All tokens' weights for a query. */
    long weight(long code, Meter meter);

    /** All tokens' values, each times its weight for a query; {@code mixed} in whole lanes. */
    void mix(long code, float[] mixed, Meter meter);
}
