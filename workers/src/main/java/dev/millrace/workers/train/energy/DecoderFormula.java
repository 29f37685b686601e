package dev.millrace.workers.train.energy;

import static dev.millrace.workers.energy.Operation.DIVIDE;
import static dev.millrace.workers.energy.Operation.EXPONENTIAL;
import static dev.millrace.workers.energy.Operation.F32_ADD;
import static dev.millrace.workers.energy.Operation.F32_MULTIPLY;
import static dev.millrace.workers.energy.Operation.I32_ADD;
import static dev.millrace.workers.energy.Operation.I32_MULTIPLY;
import static dev.millrace.workers.energy.Operation.ROOT;

import dev.millrace.workers.energy.Ledger;
import dev.millrace.workers.text.kv.eco.AnchorHash;
import dev.millrace.workers.text.kv.eco.EcoHashes;
import dev.millrace.workers.text.kv.eco.EcoSettings;
import dev.millrace.workers.text.kv.eco.HeadHash;
import dev.millrace.workers.text.kv.eco.PlaneHash;
import dev.millrace.workers.text.kv.eco.Tailing;
import dev.millrace.workers.text.model.DecoderConfig;

import java.util.Optional;

/**
 * What one token of an answer should cost, from a decoder's shape alone: weights, keys and values
 * in f32.
 *
 * <p>n positions seen by a head of width d: 2nd products and sums for scores and values, n
 * exponentials, 3n additions around them, 2d multiplications. A code of b bits: db products and
 * sums by planes; d + dm + m + mb by m anchors, and m exponentials. A tail of sums: (b + 1)d
 * additions to take a token in, bd additions and d products to ask it; of t tables: td additions
 * for either.
 */
final class DecoderFormula {
    private static final long FLOAT = Float.BYTES;

    private final DecoderConfig config;

    DecoderFormula(DecoderConfig config) {
        this.config = config;
    }

    /** Of all layers' attention, of the token at a position. */
    Ledger attention(int position, Optional<Tailing> tailing) {
        var cost = new Ledger();
        for (int layer = 0; layer < config.layers(); layer++) {
            int index = layer;
            var tail =
                    tailing.flatMap(some ->
                            some.hashes().layers().stream()
                                    .filter(one -> one.index() == index)
                                    .findFirst());
            if (tail.isPresent()) {
                var settings = tailing.orElseThrow().settings();
                exact(cost, Math.min(position + 1, settings.rows()));
                tail(cost, tail.get(), settings, position);
            } else {
                int first = config.sights().get(layer).from(position);
                exact(cost, position + 1 - first);
            }
        }
        return cost;
    }

    private void exact(Ledger cost, long seen) {
        long width = config.headDim();
        long heads = config.heads();
        cost.products(heads * 2 * seen * width);
        cost.count(F32_MULTIPLY, heads * 2 * width);
        cost.count(F32_ADD, heads * 3 * seen);
        cost.count(EXPONENTIAL, heads * seen);
        cost.count(DIVIDE, heads);
        cost.move(config.kvHeads() * 2L * (seen + 1) * width * FLOAT);
    }

    private void tail(Ledger cost, EcoHashes.Layer layer, EcoSettings settings, int position) {
        int group = config.heads() / config.kvHeads();
        boolean isAsked = settings.isFull(position);
        boolean isKept = position >= settings.sinks();
        for (int head = 0; head < config.kvHeads(); head++) {
            if (isKept) {
                code(cost, layer.keys().get(head));
            }
            if (isAsked) {
                for (int member = 0; member < group; member++) {
                    code(cost, layer.queries().get(head * group + member));
                }
                layer.tables()
                        .ifPresentOrElse(
                                tables -> tables(cost, group, tables.count()),
                                () -> sums(cost, group, layer.keys().getFirst().bits()));
                joining(cost, group);
            }
        }
    }

    private void code(Ledger cost, HeadHash hash) {
        long width = config.headDim();
        long bits = hash.bits();
        switch (hash) {
            case PlaneHash _ -> {
                cost.products(bits * width);
                cost.move(FLOAT * (bits * width + bits));
            }
            case AnchorHash some -> {
                long anchors = some.anchors();
                cost.products(width + width * anchors + anchors + anchors * bits);
                cost.count(EXPONENTIAL, anchors);
                cost.count(ROOT, 1);
                cost.count(DIVIDE, 1);
                cost.move(FLOAT * (width * anchors + anchors + anchors * bits + bits));
            }
        }
    }

    private void sums(Ledger cost, long group, long bits) {
        long width = config.headDim();
        long state = FLOAT * (bits * width + width + bits);
        cost.count(F32_ADD, (bits + 1) * width + group * bits * width);
        cost.count(I32_ADD, bits + 1 + group * bits);
        cost.count(I32_MULTIPLY, group);
        cost.products(group * width);
        cost.move((2 + group) * state);
    }

    private void tables(Ledger cost, long group, long tables) {
        long width = config.headDim();
        cost.count(F32_ADD, (1 + group) * tables * width);
        cost.count(I32_ADD, (1 + group) * tables);
        cost.count(I32_MULTIPLY, (1 + 2 * group) * tables);
        cost.move((2 + group) * tables * (width + 1) * FLOAT);
    }

    /** Of what is seen exactly with the tail, and of the value that left the window. */
    private void joining(Ledger cost, long group) {
        long width = config.headDim();
        cost.count(F32_ADD, group * (width + 4));
        cost.count(F32_MULTIPLY, group * (2 * width + 2));
        cost.count(EXPONENTIAL, group * 2);
        cost.count(DIVIDE, group * 2);
        cost.move(width * FLOAT);
    }

    /** Of everything else; it does not depend on the position. */
    Ledger rest() {
        var cost = new Ledger();
        long hidden = config.hidden();
        embedding(cost);
        for (int layer = 0; layer < config.layers(); layer++) {
            long queries = config.queryWidth();
            long keys = config.kvWidth();
            norms(cost, 2, hidden);
            matrix(cost, hidden * (queries + 2 * keys) + queries * hidden);
            matrix(cost, 3 * hidden * config.feedForward());
            extras(cost, layer);
            cost.products(config.feedForward());
            cost.count(EXPONENTIAL, config.feedForward());
            cost.count(DIVIDE, config.feedForward());
            cost.count(F32_ADD, 2 * hidden);
        }
        norms(cost, 1, hidden);
        matrix(cost, hidden * config.vocabulary());
        return cost;
    }

    private void embedding(Ledger cost) {
        cost.move(config.hidden() * FLOAT);
        cost.count(F32_MULTIPLY, config.headDim() / 2);
        cost.count(EXPONENTIAL, config.headDim());
    }

    private void extras(Ledger cost, int layer) {
        long turned = (long) config.queryWidth() + config.kvWidth();
        if (config.sights().get(layer).isRotated()) {
            cost.count(F32_MULTIPLY, 2 * turned);
            cost.count(F32_ADD, turned);
        }
        if (config.sights().get(layer).isLogScaled()) {
            cost.products(config.queryWidth());
            cost.count(F32_MULTIPLY, config.queryWidth());
        }
        if (config.extras().qkNorm()) {
            heads(cost, config.heads() + config.kvHeads());
        }
        long biases = config.extras().qkvBias() ? turned + config.kvWidth() : 0;
        cost.count(F32_ADD, biases + (config.extras().outputBias() ? config.hidden() : 0));
    }

    private void heads(Ledger cost, long heads) {
        norms(cost, heads, config.headDim());
        cost.move(
                (2 - heads) * config.headDim() * FLOAT); // one weight for all queries, one for keys
    }

    private static void norms(Ledger cost, long times, long width) {
        cost.products(times * width);
        cost.count(F32_MULTIPLY, times * 2 * width);
        cost.count(F32_ADD, times);
        cost.count(ROOT, times);
        cost.count(DIVIDE, times * 2);
        cost.move(times * width * FLOAT);
    }

    private static void matrix(Ledger cost, long weights) {
        cost.products(weights);
        cost.move(weights * FLOAT);
    }
}
