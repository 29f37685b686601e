package dev.millrace.workers.train.pyramid;

import dev.millrace.workers.energy.Ledger;
import dev.millrace.workers.energy.Operation;

/**
 * Energy of one picture by the rules of EcoFormer's own program: products of convolutions, linear
 * maps and attention, without norms, softmax, exponentials and activations; the squares in a hash's
 * distances are counted as additions alone.
 */
final class PublishedEnergy {
    private final PyramidShape shape;

    PublishedEnergy(PyramidShape shape) {
        this.shape = shape;
    }

    /** Of all but attention; a shared projection of queries and keys is a third less of three. */
    Ledger rest(boolean isEco) {
        var cost = new Ledger();
        for (int stage = 0; stage < shape.stages().size(); stage++) {
            var some = shape.stages().get(stage);
            long tokens = (long) shape.grid(stage) * shape.grid(stage);
            long width = some.width();
            long kernel = shape.kernel(stage);
            cost.products(tokens * width * shape.channels(stage) * kernel * kernel);
            long projections = isEco && shape.isReplaced(stage) ? 3 : 4;
            long middle = width * some.ratio();
            cost.products(
                    some.depth()
                            * tokens
                            * (projections * width * width + 2 * width * middle + 9 * middle));
        }
        cost.products((long) shape.stages().getLast().width() * shape.classes());
        return cost;
    }

    /** Of softmax attention. */
    Ledger softmax() {
        return pooled(1);
    }

    /**
     * Of softmax attention to keys and values that are means of squares of so many tokens a side,
     * but in the last stage.
     */
    Ledger pooled(int side) {
        var cost = new Ledger();
        for (int stage = 0; stage < shape.stages().size(); stage++) {
            softmax(cost, stage, shape.isReplaced(stage) ? side : 1);
        }
        return cost;
    }

    private void softmax(Ledger cost, int stage, int side) {
        var some = shape.stages().get(stage);
        long tokens = (long) shape.grid(stage) * shape.grid(stage);
        long pairs = some.depth() * tokens * shape.keys(stage, side);
        cost.products(2 * pairs * some.width());
        cost.count(Operation.F32_MULTIPLY, pairs * some.heads());
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

    private void eco(Ledger cost, int stage, long bits, long anchors) {
        var some = shape.stages().get(stage);
        long tokens = (long) shape.grid(stage) * shape.grid(stage);
        long width = some.width() / some.heads();
        long all = (long) some.depth() * some.heads() * tokens;
        cost.count(Operation.F32_ADD, all * 2 * anchors * width); // distances
        cost.count(Operation.F32_MULTIPLY, all * 2 * anchors);
        cost.products(all * anchors * bits); // before signs
        cost.count(Operation.F32_ADD, all * 2 * bits); // z, and the denominator
        cost.count(Operation.F32_MULTIPLY, all * (bits + 1));
        cost.count(Operation.F32_ADD, all * (2 * bits * width + width)); // S, h S, and beta v
        cost.count(Operation.F32_MULTIPLY, all * width); // the division by it
    }
}
