package dev.millrace.workers.segment.sam;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.millrace.workers.tensor.Tensors;

import java.util.List;

/**
 * Prompts of one form as tensors.
 *
 * @param places in the square's pixels, [b, n, 2], f32
 * @param labels [b, n], i64; 2 and 3 are a box's corners
 * @param masks logits [b, 1, 4 G, 4 G], or an empty list
 */
public record PromptTensors(NDArray places, NDArray labels, NDList masks) {
    private static final int FIRST_CORNER = 2;

    /**
     * Makes them in {@code scope}.
     *
     * @param maskSide 4 G
     */
    public static PromptTensors of(
            NDManager scope, List<Prompt> prompts, Frame frame, int maskSide) {
        var form = prompts.getFirst().form();
        var filling = new Filling(prompts.size() * form.tokens(), frame);
        for (var prompt : prompts) {
            if (!prompt.form().equals(form)) {
                throw new IllegalArgumentException(
                        "prompts must be of one form, were %s and %s"
                                .formatted(form, prompt.form()));
            }
            filling.add(prompt);
        }
        var shape = new Shape(prompts.size(), form.tokens());
        return new PromptTensors(
                scope.create(filling.places, shape.add(2)),
                scope.create(filling.labels, shape),
                form.hasMask() ? new NDList(masks(scope, prompts, maskSide)) : new NDList());
    }

    private static NDArray masks(NDManager scope, List<Prompt> prompts, int side) {
        int pixels = side * side;
        var values = new float[prompts.size() * pixels];
        for (int i = 0; i < prompts.size(); i++) {
            var mask = prompts.get(i).mask();
            if (mask == null || mask.length != pixels) {
                throw new IllegalArgumentException(
                        "a mask must have %d logits, had %d"
                                .formatted(pixels, mask == null ? 0 : mask.length));
            }
            System.arraycopy(mask, 0, values, i * pixels, pixels);
        }
        return Tensors.floats(scope, values, prompts.size(), 1, side, side);
    }

    /** Arrays that are filled token by token. */
    private static final class Filling {
        private final float[] places;
        private final long[] labels;
        private final Frame frame;
        private int at;

        Filling(int tokens, Frame frame) {
            this.places = new float[2 * tokens];
            this.labels = new long[tokens];
            this.frame = frame;
        }

        void add(Prompt prompt) {
            for (var point : prompt.points()) {
                put(frame.toSquareX(point.x()), frame.toSquareY(point.y()), point.label().number());
            }
            var box = prompt.box();
            if (box != null) {
                put(frame.toSquareX(box.left()), frame.toSquareY(box.top()), FIRST_CORNER);
                put(frame.toSquareX(box.right()), frame.toSquareY(box.bottom()), FIRST_CORNER + 1);
            } else if (!prompt.points().isEmpty()) {
                put(0, 0, Label.NONE.number());
            }
        }

        private void put(float x, float y, long label) {
            places[2 * at] = x;
            places[2 * at + 1] = y;
            labels[at++] = label;
        }
    }
}
