package dev.millrace.workers.text.kernels.vector;

/** What a weight is read as; sums are always f32. */
public enum WeightType {
    F32,
    BF16,
    /** Whole numbers with an f32 scale for each 32 of them. */
    INT8
}
