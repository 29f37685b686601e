package dev.millrace.workers.eco;

/**
 * What is divided by the sum of the similarities of two codes, h_i h_j + offset.
 *
 * <p>The consistent one is the sum of the values times the same similarities. The official code's
 * differs: it adds the offset times the token's <i>own</i> value alone, so its weights can be
 * negative and do not sum to one. Published checkpoints were trained with that.
 */
public enum Numerator {
    /** h_i sum_j(h_j v_j) + offset v_i. */
    OFFICIAL,
    /** h_i sum_j(h_j v_j) + offset sum_j(v_j). */
    CONSISTENT
}
