package dev.millrace.workers.train.stories;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.millrace.workers.tensor.Generator;
import dev.millrace.workers.tensor.Script;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Continues many prompts at once, all rows in step: fast enough to judge a model by a thousand
 * stories.
 */
final class StorySampler {
    private final StoryModel model;
    private final int end;
    private final double temperature;
    private final Generator generator;

    /** A row ends at the token {@code end}. */
    StorySampler(StoryModel model, int end, double temperature, long seed) {
        this.model = model;
        this.end = end;
        this.temperature = temperature;
        this.generator = new Generator(seed);
    }

    /**
     * Prompts and what follows them: at most {@code tokens} more ids each, the end token left out.
     */
    List<List<Integer>> continued(NDManager manager, List<List<Integer>> prompts, int tokens) {
        var rows = prompts.stream().<List<Integer>>map(ArrayList::new).toList();
        var limits = prompts.stream().mapToInt(prompt -> prompt.size() + tokens).toArray();
        var length = IntStream.of(limits).max().orElseThrow();
        try (var scope = manager.newSubManager();
                var script = Script.compile(scope, StoryScript.step(model.shape()))) {
            var keys = cache(scope, rows.size(), length);
            var values = cache(scope, rows.size(), length);
            for (var position = 0; position + 1 < length; position++) {
                var logits = logits(scope, script, column(rows, position), position, keys, values);
                extend(rows, limits, position, logits);
            }
        }
        return rows.stream().map(this::untilEnd).toList();
    }

    private NDList cache(NDManager scope, int rows, int length) {
        var shape = model.shape();
        var cache = new NDList();
        for (var layer = 0; layer < shape.layers(); layer++) {
            cache.add(scope.zeros(new Shape(rows, shape.kvHeads(), length, shape.headDim())));
        }
        return cache;
    }

    /**
     * The tokens at a position; a row that has ended goes on with its last one, and nobody looks.
     */
    private static long[] column(List<List<Integer>> rows, int position) {
        return rows.stream()
                .mapToLong(row -> row.get(Math.min(position, row.size() - 1)))
                .toArray();
    }

    private float[] logits(
            NDManager scope, Script script, long[] ids, int position, NDList keys, NDList values) {
        try (var step = scope.newSubManager()) {
            NDArray column = step.create(ids);
            return script.call(
                            step,
                            "step",
                            column,
                            position,
                            model.cosines(),
                            model.sines(),
                            model.weights(),
                            keys,
                            values)
                    .toFloatArray();
        }
    }

    private void extend(List<List<Integer>> rows, int[] limits, int position, float[] logits) {
        var vocabulary = model.shape().vocabulary();
        for (var i = 0; i < rows.size(); i++) {
            var row = rows.get(i);
            var isOpen =
                    row.size() == position + 1 && row.size() < limits[i] && row.getLast() != end;
            if (isOpen) {
                row.add(
                        draw(
                                logits,
                                i * vocabulary,
                                vocabulary,
                                temperature,
                                generator.uniform(position, i)));
            }
        }
    }

    /** One of the tokens whose logits begin at {@code start}, by a number from 0 to 1. */
    static int draw(float[] logits, int start, int count, double temperature, double uniform) {
        var highest = Double.NEGATIVE_INFINITY;
        for (var i = 0; i < count; i++) {
            highest = Math.max(highest, logits[start + i]);
        }
        var weights = new double[count];
        var total = 0.0;
        for (var i = 0; i < count; i++) {
            weights[i] = Math.exp((logits[start + i] - highest) / temperature);
            total += weights[i];
        }
        var left = uniform * total;
        for (var i = 0; i < count; i++) {
            left -= weights[i];
            if (left < 0) {
                return i;
            }
        }
        return count - 1;
    }

    private List<Integer> untilEnd(List<Integer> row) {
        return row.getLast() == end ? row.subList(0, row.size() - 1) : row;
    }
}
