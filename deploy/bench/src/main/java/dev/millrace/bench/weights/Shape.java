package dev.millrace.bench.weights;

import java.util.List;

/**
 * The sizes of a Llama decoder whose output head is its embedding.
 *
 * @param name as results are filed under it, for instance {@code 25m}
 * @param hidden width of the residual stream
 * @param heads query heads; each is {@code hidden / heads} wide
 * @param kvHeads key and value heads
 * @param feedForward width of the MLP's middle
 * @param vocabulary rows of the embedding
 */
public record Shape(
        String name,
        int hidden,
        int layers,
        int heads,
        int kvHeads,
        int feedForward,
        int vocabulary) {
    /** Tokens the positions are announced for; the longest context and what is decoded after it. */
    public static final int MAX_POSITIONS = 131_072;

    public static final double EPSILON = 1e-5;
    public static final double ROPE_THETA = 10_000;

    public static final Shape M2 = new Shape("2m", 128, 6, 4, 2, 352, 4096);
    public static final Shape M25 = new Shape("25m", 512, 7, 8, 4, 1408, 8192);
    public static final Shape M100 = new Shape("100m", 768, 14, 12, 4, 2048, 16_384);
    public static final Shape M350 = new Shape("350m", 1024, 28, 16, 8, 2816, 32_768);

    /** From the smallest to the largest. */
    public static final List<Shape> ALL = List.of(M2, M25, M100, M350);

    public Shape {
        if (hidden % heads != 0 || heads % kvHeads != 0) {
            throw new IllegalArgumentException(
                    "hidden must be a multiple of heads and heads of kvHeads, were "
                            + List.of(hidden, heads, kvHeads));
        }
    }

    /**
     * The one of that name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Shape named(String name) {
        return ALL.stream()
                .filter(shape -> shape.name().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "shape must be one of "
                                        + ALL.stream().map(Shape::name).toList()
                                        + ", was "
                                        + name));
    }

    public int headDim() {
        return hidden / heads;
    }

    /** Columns of the keys of one token; as many as of its values. */
    public int kvWidth() {
        return kvHeads * headDim();
    }

    /** Weights, each counted once. */
    public long parameters() {
        return LlamaTensors.of(this).stream().mapToLong(LlamaTensor::elements).sum();
    }
}
