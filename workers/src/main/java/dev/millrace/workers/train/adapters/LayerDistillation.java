package dev.millrace.workers.train.adapters;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

import dev.millrace.workers.tensor.Script;
import dev.millrace.workers.tensor.Tensors;
import dev.millrace.workers.text.kernels.torch.TorchKernels;
import dev.millrace.workers.text.kv.chunk.ChunkSettings;

/**
 * Teaches one layer's adapters the layer's own attention to chunks; no gradient passes through the
 * decoder (ChunkLLM, section 3.2).
 */
final class LayerDistillation {
    private final int layer;
    private final ChunkSettings settings;
    private final Teaching teaching;
    private final AdapterParameters parameters;
    private final Script script;

    LayerDistillation(
            int layer,
            ChunkSettings settings,
            Teaching teaching,
            AdapterParameters parameters,
            Script script) {
        this.layer = layer;
        this.settings = settings;
        this.teaching = teaching;
        this.parameters = parameters;
        this.script = script;
    }

    int layer() {
        return layer;
    }

    String queryName() {
        return AdapterParameters.query(layer);
    }

    String keyName() {
        return AdapterParameters.key(layer);
    }

    /**
     * What a text teaches.
     *
     * @param shares each row's attention by chunk, one in all, [rows, chunks]
     * @param forbidden one where a chunk is no choice, [rows, chunks]
     * @param weights how much a row counts; 0 if it teaches nothing
     */
    @SuppressWarnings("ArrayRecordComponent") // filled once and read by index, never compared
    record Taught(float[] shares, float[] forbidden, float[] weights) {
        boolean isNothing() {
            for (float weight : weights) {
                if (weight != 0) {
                    return false;
                }
            }
            return true;
        }
    }

    /** The rows' own attention. */
    Taught taught(NDManager scope, TorchKernels.Layer seen, Lesson lesson, boolean isResidual) {
        float[] shares =
                script.call(
                                scope,
                                "teach",
                                seen.query(),
                                seen.key(),
                                scope.create(lesson.rows()),
                                Tensors.floats(
                                        scope,
                                        lesson.members(),
                                        lesson.tokens().length,
                                        lesson.chunks()),
                                Math.pow((double) seen.key().getShape().get(2), -0.5))
                        .toFloatArray();
        float[] forbidden = lesson.forbidden(isResidual ? 1 : 0, isResidual ? settings.local() : 0);
        return new Taught(shares, forbidden, lesson.residual(shares, forbidden));
    }

    /** The loss; its gradients are the parameters' then. */
    double differentiate(NDManager scope, TorchKernels.Layer seen, Lesson lesson) {
        var taught = taught(scope, seen, lesson, teaching == Teaching.RESIDUAL);
        if (taught.isNothing()) {
            return 0;
        }
        int rows = lesson.rows().length;
        try (var collector = Engine.getInstance().newGradientCollector()) {
            var loss =
                    script.callDifferentiable(
                            new NDList(
                                    queries(seen),
                                    keys(scope, seen, lesson),
                                    Tensors.floats(scope, taught.shares(), rows, lesson.chunks()),
                                    Tensors.floats(
                                            scope, taught.forbidden(), rows, lesson.chunks()),
                                    Tensors.floats(scope, taught.weights(), rows),
                                    parameters.get(queryName()),
                                    parameters.get(keyName())));
            collector.backward(loss);
            return loss.toFloatArray()[0];
        }
    }

    /** Each row's score of each chunk, [rows, chunks]. */
    float[] scores(NDManager scope, TorchKernels.Layer seen, Lesson lesson) {
        return script.call(
                        scope,
                        "scores",
                        queries(seen),
                        keys(scope, seen, lesson),
                        parameters.get(queryName()),
                        parameters.get(keyName()))
                .toFloatArray();
    }

    private static NDArray queries(TorchKernels.Layer seen) {
        // a copy: the original has been made in inference mode
        return seen.plainQuery().duplicate();
    }

    private NDArray keys(NDManager scope, TorchKernels.Layer seen, Lesson lesson) {
        return Tensors.floats(
                        scope,
                        lesson.keyParts(settings.keys()),
                        lesson.chunks(),
                        lesson.tokens().length)
                .matMul(seen.plainKey());
    }
}
