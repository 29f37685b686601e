package dev.millrace.workers.train.chronicle;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;

import dev.millrace.workers.train.chronicle.corpus.Chronicle.Exchange;

import java.util.ArrayList;
import java.util.List;

/**
 * A text that has been read once, with all its keys and values, and questions that follow it: many
 * at a time, none of which sees another.
 */
final class DenseReading implements AutoCloseable {
    /** Attention scores of one call, in bytes. */
    private static final long SCORES_ON_CPU = 1L << 28;

    private static final long SCORES_ON_GPU = 1L << 31;

    private final ChronicleModel model;
    private final NDManager scope;
    private final NDList cache;
    private final int length;

    /** Reads a text. */
    DenseReading(ChronicleModel model, int[] ids) {
        this.model = model;
        this.length = ids.length;
        this.scope = model.manager().newSubManager();
        this.cache = model.prefill(scope, ids);
    }

    /**
     * For each exchange whether the model would answer with exactly these tokens: each is the most
     * likely one after those before it.
     */
    List<Boolean> areRight(List<Exchange> exchanges) {
        List<Boolean> right = new ArrayList<>();
        var longest =
                exchanges.stream()
                        .mapToInt(exchange -> exchange.prompt().length + exchange.answer().length)
                        .max()
                        .orElse(1);
        var atOnce = atOnce(longest);
        for (var start = 0; start < exchanges.size(); start += atOnce) {
            var some = exchanges.subList(start, Math.min(start + atOnce, exchanges.size()));
            right.addAll(judge(some, longest));
        }
        return right;
    }

    private int atOnce(int tokens) {
        var limit = scope.getDevice().isGpu() ? SCORES_ON_GPU : SCORES_ON_CPU;
        var bytes = (long) Float.BYTES * model.shape().heads() * tokens * (length + tokens);
        return Math.clamp(limit / bytes, 1, 256);
    }

    private List<Boolean> judge(List<Exchange> exchanges, int tokens) {
        var ids = new long[exchanges.size() * tokens];
        var positions = new long[ids.length];
        for (var row = 0; row < exchanges.size(); row++) {
            var prompt = exchanges.get(row).prompt();
            var answer = exchanges.get(row).answer();
            for (var i = 0; i < tokens; i++) {
                var at = row * tokens + i;
                positions[at] = (long) length + i;
                if (i < prompt.length) {
                    ids[at] = prompt[i];
                } else if (i < prompt.length + answer.length) {
                    ids[at] = answer[i - prompt.length];
                }
            }
        }
        var predictions = predictions(ids, positions, tokens);
        List<Boolean> right = new ArrayList<>();
        for (var row = 0; row < exchanges.size(); row++) {
            right.add(isRight(exchanges.get(row), predictions, row * tokens));
        }
        return right;
    }

    private static boolean isRight(Exchange exchange, long[] predictions, int start) {
        var from = start + exchange.prompt().length - 1;
        for (var i = 0; i < exchange.answer().length; i++) {
            if (predictions[from + i] != exchange.answer()[i]) {
                return false;
            }
        }
        return true;
    }

    private long[] predictions(long[] ids, long[] positions, int tokens) {
        var dimensions = new Shape(ids.length / tokens, tokens);
        var window = model.shape().window();
        var seen = Math.max(1, Math.min(window - 1, length));
        try (var _ = new NDScope()) {
            var rows =
                    new ChronicleModel.Following(
                            scope.create(ids, dimensions),
                            scope.create(positions, dimensions),
                            length,
                            visible(tokens, tokens, 0, tokens),
                            visible(tokens, tokens, 0, window),
                            visible(tokens, seen, seen, window));
            return model.predictions(rows, cache);
        }
    }

    /** Whether token i, of a row that begins {@code offset} after key 0, sees key j. */
    private NDArray visible(int tokens, int keys, int offset, int window) {
        var visible = new boolean[tokens * keys];
        for (var i = 0; i < visible.length; i++) {
            var distance = offset + i / keys - i % keys;
            visible[i] = distance >= 0 && distance < window;
        }
        return scope.create(visible, new Shape(tokens, keys));
    }

    @Override
    public void close() {
        scope.close();
    }
}
