package dev.millrace.workers.image.flow.tarflow.vector;

import dev.millrace.workers.image.flow.Guidance;
import dev.millrace.workers.image.flow.Inversion;

import java.util.ArrayList;
import java.util.List;

/** A TarFlow's weights as this package reads them; several threads may. */
public final class VectorFlow {
    private final Dimensions dimensions;
    private final List<Block> blocks = new ArrayList<>();

    public VectorFlow(Dimensions dimensions) {
        this.dimensions = dimensions;
    }

    /**
     * Adds the next block, from the one next to the picture on.
     *
     * @param weights in the official order, positions in the block's order of tokens
     * @param classes their embeddings, [max(1, classes), width]
     */
    public void add(List<float[]> weights, float... classes) {
        blocks.add(Block.of(dimensions, weights, classes));
    }

    /**
     * Begins to turn noise into pictures.
     *
     * @param noise [pictures, tokens, tokenWidth], with the prior's variances
     * @param mix of class embeddings for each picture, [pictures, max(1, classes)]
     */
    public Inversion invert(float[] noise, float[] mix, Guidance guidance) {
        return new VectorInversion(this, noise, mix, guidance);
    }

    /** See {@link dev.millrace.workers.image.flow.FlowModel#sweepTogether}. */
    public static List<Inversion.Change> sweepTogether(
            List<Inversion> inversions, List<Inversion.Run> runs) {
        return Shared.sweep(inversions.stream().map(VectorInversion.class::cast).toList(), runs);
    }

    Dimensions dimensions() {
        return dimensions;
    }

    Block block(int index) {
        return blocks.get(index);
    }
}
