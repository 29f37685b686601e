package dev.millrace.workers.image.flow.tarflow;

import dev.millrace.workers.tensor.Tensors;

import java.util.ArrayList;
import java.util.List;

/**
 * How hard a block is to invert by sweeps, measured on clean pictures (arXiv:2505.12849, section
 * 4): its initial guessing metric and its convergence ranking metric.
 *
 * @param fromInput IGM of the block's input as first guess: the spectral norm of the mean residual
 *     after one sweep
 * @param fromZeros IGM of zeros as first guess; the lesser of both is the better guess
 * @param scaled {@code ||mean(exp(-a) p)||}, spectral as the others
 * @param scaleWeight norm of the last projection's rows that make log-scales
 * @param shiftWeight of those that make shifts
 */
public record BlockMeasures(
        double fromInput, double fromZeros, double scaled, double scaleWeight, double shiftWeight) {

    /** CRM; a block with a greater one needs more sweeps. */
    public double ranking() {
        return scaled * scaleWeight + shiftWeight;
    }

    /**
     * Measures all blocks, from the one next to the picture on.
     *
     * @param pictures [labels, channels, side, side]
     */
    public static List<BlockMeasures> of(TarFlow model, float[] pictures, int... labels) {
        var patches = model.patches();
        var measures = new ArrayList<BlockMeasures>();
        try (var scope = model.scope().newSubManager()) {
            var mix = model.mix(scope, labels);
            var any = model.mix(scope, -1);
            var p =
                    patches.cut(
                            Tensors.floats(
                                    scope,
                                    pictures,
                                    labels.length,
                                    patches.channels(),
                                    patches.side(),
                                    patches.side()));
            for (int block = 0; block < model.blocks(); block++) {
                var classes = model.weights().classes().get(block);
                var told =
                        model.script()
                                .callForList(
                                        scope,
                                        "measure",
                                        p,
                                        model.weights().block(block),
                                        mix.matMul(classes).expandDims(1),
                                        any.matMul(classes).expandDims(1));
                float[] norms = told.get(0).toFloatArray();
                measures.add(new BlockMeasures(norms[0], norms[1], norms[2], norms[3], norms[4]));
                p = told.get(1);
            }
        }
        return measures;
    }
}
