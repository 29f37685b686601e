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
    private final int scorers;
    private final ChunkSettings settings;
    private final Teaching teaching;
    private final AdapterParameters parameters;
    private final Script script;

    LayerDistillation(
            int layer,
            int scorers,
            ChunkSettings settings,
            Teaching teaching,
            AdapterParameters parameters,
            Script script) {
        this.layer = layer;
        this.scorers = scorers;
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
     * @param shares each row's attention by chunk, one in all, [scorers, rows, chunks]
     * @param forbidden one where a chunk is no choice, [rows, chunks]
     * @param weights how much of a row's attention that is; 0 if it teaches nothing, [scorers,
     *     rows]
     */
    @SuppressWarnings("ArrayRecordComponent") // filled once and read by index, never compared
    record Taught(int scorers, float[] shares, float[] forbidden, float[] weights) {
        boolean isNothing() {
            for (float weight : weights) {
                if (weight != 0) {
                    return false;
                }
            }
            return true;
        }

        /** One for each row that teaches, however little it looks far, zero for the others. */
        float[] teaching() {
            float[] teaching = new float[weights.length];
            for (int row = 0; row < teaching.length; row++) {
                teaching[row] = Math.signum(weights[row]);
            }
            return teaching;
        }

        int rows() {
            return weights.length / scorers;
        }

        int chunks() {
            return shares.length / weights.length;
        }

        /** Every {@code of}th row, beginning with {@code part}. */
        Taught every(int part, int of) {
            return new Taught(
                    scorers,
                    every(part, of, shares, scorers, chunks()),
                    every(part, of, forbidden, 1, chunks()),
                    every(part, of, weights, scorers, 1));
        }

        /** Of some blocks of rows of a width. */
        private float[] every(int part, int of, float[] all, int blocks, int width) {
            int some = (rows() - part + of - 1) / of;
            float[] taken = new float[blocks * some * width];
            for (int block = 0; block < blocks; block++) {
                for (int row = 0; row < some; row++) {
                    int from = (block * rows() + part + row * of) * width;
                    System.arraycopy(all, from, taken, (block * some + row) * width, width);
                }
            }
            return taken;
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
                                scope.create(lesson.chunkOf()),
                                lesson.chunks(),
                                scorers,
                                Math.pow((double) seen.key().getShape().get(2), -0.5))
                        .toFloatArray();
        float[] forbidden = lesson.forbidden(isResidual ? 1 : 0, isResidual ? settings.local() : 0);
        return new Taught(scorers, shares, forbidden, lesson.residual(shares, forbidden));
    }

    /**
     * What a text's steps have in common.
     *
     * @param queries [rows, queryWidth]
     * @param keys what chunks' keys are made of, [parts, chunks, kvWidth]
     * @param bias what is added to each chunk's scores, [chunks]
     */
    record Material(Taught taught, NDArray queries, NDArray keys, NDArray bias) {}

    /** What a text teaches, and what it shows. */
    Material material(NDManager scope, TorchKernels.Layer seen, Lesson lesson) {
        return new Material(
                taught(scope, seen, lesson, teaching == Teaching.RESIDUAL),
                queries(seen),
                keys(scope, seen, lesson),
                bias(scope, lesson));
    }

    /**
     * The loss of every {@code of}th row, beginning with {@code part}; its gradients are the
     * parameters' then.
     */
    double differentiate(NDManager scope, Material material, int part, int of) {
        var taught = material.taught().every(part, of);
        if (taught.isNothing()) {
            return 0;
        }
        int rows = taught.rows();
        int chunks = taught.chunks();
        var queries = material.queries().get(part + "::" + of);
        queries.attach(scope);
        try (var collector = Engine.getInstance().newGradientCollector()) {
            var loss =
                    script.callDifferentiable(
                            new NDList(
                                    queries,
                                    material.keys(),
                                    material.bias(),
                                    Tensors.floats(scope, taught.shares(), scorers, rows, chunks),
                                    Tensors.floats(scope, taught.forbidden(), rows, chunks),
                                    Tensors.floats(scope, taught.teaching(), scorers, rows),
                                    parameters.get(queryName()),
                                    parameters.get(keyName())));
            collector.backward(loss);
            return loss.toFloatArray()[0];
        }
    }

    /** Each scorer's and row's score of each chunk, [scorers, rows, chunks]. */
    float[] scores(NDManager scope, TorchKernels.Layer seen, Lesson lesson) {
        return script.call(
                        scope,
                        "scores",
                        queries(seen),
                        keys(scope, seen, lesson),
                        bias(scope, lesson),
                        parameters.get(queryName()),
                        parameters.get(keyName()),
                        scorers)
                .toFloatArray();
    }

    private static NDArray queries(TorchKernels.Layer seen) {
        // a copy: the original has been made in inference mode
        return seen.plainQuery().duplicate();
    }

    private NDArray bias(NDManager scope, Lesson lesson) {
        return Tensors.floats(scope, lesson.bias(settings.keys()), lesson.chunks());
    }

    /** What chunks' keys are made of, [parts, chunks, kvWidth]. */
    private NDArray keys(NDManager scope, TorchKernels.Layer seen, Lesson lesson) {
        int parts = settings.keys().parts();
        var keys =
                Tensors.floats(
                                scope,
                                lesson.keyParts(settings.keys()),
                                (long) parts * lesson.chunks(),
                                lesson.tokens().length)
                        .matMul(seen.plainKey());
        return keys.reshape(parts, lesson.chunks(), keys.getShape().get(1));
    }
}
