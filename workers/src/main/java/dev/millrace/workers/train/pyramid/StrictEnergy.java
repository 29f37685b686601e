package dev.millrace.workers.train.pyramid;

import static dev.millrace.workers.energy.Operation.DIVIDE;
import static dev.millrace.workers.energy.Operation.EXPONENTIAL;
import static dev.millrace.workers.energy.Operation.F32_ADD;
import static dev.millrace.workers.energy.Operation.F32_MULTIPLY;
import static dev.millrace.workers.energy.Operation.I32_ADD;
import static dev.millrace.workers.energy.Operation.ROOT;

import dev.millrace.workers.energy.Ledger;

/**
 * One picture by formula, with what {@link PublishedEnergy} leaves out: squares as products, the
 * additions of softmax, norms and activations. It is what the layers should count.
 */
final class StrictEnergy {
    private final PyramidShape shape;

    StrictEnergy(PyramidShape shape) {
        this.shape = shape;
    }

    /** Of softmax attention everywhere. */
    Ledger softmax() {
        return pooled(1);
    }

    /** Of softmax attention to means of squares of so many tokens a side, but in the last stage. */
    Ledger pooled(int side) {
        var cost = new Ledger();
        for (int stage = 0; stage < shape.stages().size(); stage++) {
            softmax(cost, stage, shape.isReplaced(stage) ? side : 1);
        }
        return cost;
    }

    /** Of the published block in all stages but the last. */
    Ledger eco(int bits, int anchors) {
        var cost = new Ledger();
        for (int stage = 0; stage < shape.stages().size(); stage++) {
            if (shape.isReplaced(stage)) {
                eco(cost, stage, bits, anchors);
            } else {
                softmax(cost, stage, 1);
            }
        }
        return cost;
    }

    private void softmax(Ledger cost, int stage, int side) {
        var some = shape.stages().get(stage);
        long pairs = some.depth() * tokens(stage) * shape.keys(stage, side);
        cost.products(2 * pairs * some.width());
        cost.count(F32_MULTIPLY, pairs * some.heads());
        cost.count(F32_ADD, 3 * pairs * some.heads());
        cost.count(EXPONENTIAL, pairs * some.heads());
        cost.count(DIVIDE, pairs * some.heads());
    }

    private long tokens(int stage) {
        return (long) shape.grid(stage) * shape.grid(stage);
    }

    private void eco(Ledger cost, int stage, long bits, long anchors) {
        var some = shape.stages().get(stage);
        long width = some.width() / some.heads();
        long all = (long) some.depth() * some.heads() * tokens(stage);
        cost.products(all * (2 * width + anchors * (width + bits)));
        cost.count(F32_MULTIPLY, all * (anchors + width));
        cost.count(F32_ADD, all * (4 * anchors + 2 * bits * width + width));
        cost.count(I32_ADD, all * (2 * bits + 1));
        cost.count(EXPONENTIAL, all * anchors);
        cost.count(ROOT, all);
        cost.count(DIVIDE, all * (2 * width + anchors));
    }

    /** Of all but attention. */
    Ledger rest(boolean isEco) {
        var cost = new PublishedEnergy(shape).rest(isEco);
        for (int stage = 0; stage < shape.stages().size(); stage++) {
            var some = shape.stages().get(stage);
            norms(cost, (2L * some.depth() + 2) * tokens(stage), some.width());
            long middle = some.depth() * tokens(stage) * some.width() * some.ratio();
            cost.count(F32_MULTIPLY, 3 * middle);
            cost.count(F32_ADD, middle);
            cost.count(EXPONENTIAL, middle);
        }
        return cost;
    }

    private static void norms(Ledger cost, long rows, long width) {
        cost.products(2 * rows * width);
        cost.count(F32_ADD, 2 * rows * width);
        cost.count(DIVIDE, rows * width + 2 * rows);
        cost.count(ROOT, rows);
    }
}
