package dev.millrace.workers.image.flow.tarflow;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

import dev.millrace.workers.image.flow.Guidance;
import dev.millrace.workers.image.flow.Inversion;
import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Tensors;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * Sweeps over a TarFlow's blocks, with keys and values in memory that is allocated once.
 *
 * <p>With guidance each picture is two rows of the network, with its label and without.
 */
final class TarFlowInversion implements Inversion {
    private final TarFlow model;
    private final NDManager scope;
    private final int pictures;
    private final int views;

    /** What has been made, and what went into the block: x and z, [pictures, tokens, D]. */
    private final NDList tokens;

    /** Keys and values layer by layer, [pictures * views, heads, tokens, headWidth]. */
    private final NDList cache;

    /**
     * What may be seen, [tokens, tokens]; what queries are multiplied by, [pictures * views, 1, 1,
     * 1]; the guidance of log-scales and of shifts, [tokens, 1].
     */
    private final NDList terms;

    /** Which class embeddings are a picture's own, [pictures, classes]. */
    private final NDArray mix;

    private NDArray embedding;
    private int block;

    /**
     * @param noise with the prior's variances
     * @param mix [pictures, classes]
     */
    TarFlowInversion(TarFlow model, float[] noise, float[] mix, Guidance guidance) {
        this.model = model;
        this.pictures = noise.length / model.patches().values();
        this.views = guidance.isOn() ? 2 : 1;
        this.scope = model.scope().newSubManager();
        try {
            this.mix = Tensors.floats(scope, mix, pictures, mix.length / pictures);
            this.tokens = new NDList(input(noise), input(noise));
            this.cache = cache();
            this.terms = terms(guidance);
            this.embedding = scope.create(0f);
        } catch (RuntimeException e) {
            scope.close();
            throw e;
        }
    }

    private NDArray input(float... noise) {
        return Tensors.floats(scope, noise, pictures, tokens(), tokenWidth());
    }

    private NDList cache() {
        var config = model.config();
        var list = new NDList();
        boolean isCpu = new Devices.Choice(scope.getDevice()).isCpu();
        for (int i = 0; i < 2 * config.layers(); i++) {
            var part =
                    model.tensors()
                            .empty(
                                    scope,
                                    isCpu ? ElementType.F32 : model.inner(),
                                    (long) pictures * views,
                                    config.heads(),
                                    tokens(),
                                    config.headWidth());
            model.script().call(scope, "clear", part).close(); // what is not seen must be a number
            list.add(part);
        }
        return list;
    }

    private NDList terms(Guidance guidance) {
        var sharpness = new float[pictures * views];
        for (int row = 0; row < sharpness.length; row++) {
            sharpness[row] = row % views == 0 ? 1 : (float) (1 / guidance.temperature());
        }
        var rows = Tensors.floats(scope, sharpness, sharpness.length, 1, 1, 1);
        float[] shift = guidance.scale(tokens());
        float[] scale = guidance.target() == Guidance.Target.BOTH ? shift : new float[shift.length];
        return new NDList(
                model.sight(),
                model.tensors().cast(scope, rows, model.inner()),
                Tensors.floats(scope, scale, tokens(), 1),
                Tensors.floats(scope, shift, tokens(), 1));
    }

    @Override
    public int pictures() {
        return pictures;
    }

    @Override
    public int tokens() {
        return model.patches().tokens();
    }

    @Override
    public int tokenWidth() {
        return model.patches().tokenWidth();
    }

    @Override
    public void enter(int next) {
        int turned = (block + next) % 2;
        block = next;
        model.script().call(scope, "enter", tokens, turned).close();
        embedding.close();
        embedding =
                model.script()
                        .call(scope, "embed", mix, model.weights().classes().get(block), views);
    }

    @Override
    public void guessZeros() {
        model.script().call(scope, "guess_zeros", tokens).close();
    }

    @Override
    public Change sweep(Run run, double limit) {
        return call("sweep", run, limit);
    }

    @Override
    public void advance(Run run) {
        call("advance", run, Double.POSITIVE_INFINITY);
    }

    private Change call(String method, Run run, double limit) {
        if (run.first() + run.count() >= tokens()) {
            throw new IllegalArgumentException(
                    "the last of %d tokens is followed by none, asked was for %s"
                            .formatted(tokens(), run));
        }
        return change(
                model.script()
                        .call(
                                scope,
                                method,
                                tokens,
                                model.weights().block(block),
                                model.weights().packed(block),
                                cache,
                                embedding,
                                terms,
                                run.picture(),
                                run.pictures(),
                                run.first(),
                                run.count(),
                                limit));
    }

    /** See {@link dev.millrace.workers.image.flow.FlowModel#sweepTogether}. */
    static List<Change> sweepTogether(List<TarFlowInversion> all, List<Run> runs) {
        var first = all.getFirst();
        int count = runs.getFirst().count();
        var firsts = new long[all.size()];
        long end = 0;
        for (int i = 0; i < firsts.length; i++) {
            first.requireAlike(all.get(i), runs.get(i), count);
            firsts[i] = runs.get(i).first();
            end = Math.max(end, firsts[i] + count);
        }
        var told =
                first.model
                        .script()
                        .call(
                                first.scope,
                                "sweep_together",
                                joined(all, inversion -> inversion.tokens),
                                first.model.weights().block(first.block),
                                joined(all, inversion -> inversion.cache),
                                joined(all, inversion -> new NDList(inversion.embedding)),
                                joined(all, inversion -> inversion.terms),
                                firsts,
                                count,
                                end,
                                Double.POSITIVE_INFINITY);
        return split(told, all.size(), count);
    }

    private void requireAlike(TarFlowInversion other, Run run, int count) {
        if (other.model != model
                || other.pictures != 1
                || other.block != block
                || other.views != views
                || run.count() != count
                || run.first() + count >= tokens()) {
            throw new IllegalArgumentException(
                    "inversions that are swept together must be of one picture each, in one block"
                            + " and over as many tokens");
        }
    }

    private static NDList joined(
            List<TarFlowInversion> all, Function<TarFlowInversion, NDList> part) {
        var joined = new NDList();
        all.forEach(inversion -> joined.addAll(part.apply(inversion)));
        return joined;
    }

    private static List<Change> split(NDArray told, int inversions, int count) {
        try (told) {
            float[] both = told.toFloatArray();
            int half = both.length / 2;
            var changes = new ArrayList<Change>();
            for (int i = 0; i < inversions; i++) {
                changes.add(
                        new Change(
                                Arrays.copyOfRange(both, i * count, (i + 1) * count),
                                Arrays.copyOfRange(
                                        both, half + i * count, half + (i + 1) * count)));
            }
            return changes;
        }
    }

    @Override
    public Change clampFirst(double limit) {
        return change(model.script().call(scope, "clamp_first", tokens, limit));
    }

    private static Change change(NDArray told) {
        try (told) {
            float[] both = told.toFloatArray();
            int half = both.length / 2;
            return new Change(
                    Arrays.copyOf(both, half), Arrays.copyOfRange(both, half, both.length));
        }
    }

    @Override
    public float[] picture(int index) {
        try (var work = scope.newSubManager()) {
            var one = model.script().call(work, "tokens", tokens, index, 1, block % 2);
            return model.patches().join(one).toFloatArray();
        }
    }

    /** Where its tensors live. */
    NDManager scope() {
        return scope;
    }

    @Override
    public void close() {
        scope.close();
    }
}
