package dev.millrace.bench.weights;

import java.util.Locale;

/** What weights are read as. */
public enum Precision {
    F32(4),
    BF16(2),
    /** Blocks of 32 whole numbers with a scale each; llama.cpp's Q8_0. */
    INT8(34.0 / 32);

    private final double bytesPerWeight;

    Precision(double bytesPerWeight) {
        this.bytesPerWeight = bytesPerWeight;
    }

    /** With the scales, where there are any. */
    public double bytesPerWeight() {
        return bytesPerWeight;
    }

    /** As results are filed under it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    GgufType gguf() {
        return switch (this) {
            case F32 -> GgufType.F32;
            case BF16 -> GgufType.BF16;
            case INT8 -> GgufType.Q8_0;
        };
    }
}
