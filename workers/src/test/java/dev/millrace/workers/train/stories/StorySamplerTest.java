package dev.millrace.workers.train.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.millrace.workers.tensor.Script;
import dev.millrace.workers.tensor.Torch;

import org.junit.jupiter.api.Test;

import java.util.BitSet;
import java.util.List;

class StorySamplerTest {
    private static final StoryShape SHAPE = new StoryShape(50, 32, 2, 4, 2, 48, 64);
    private static final int END = 49;
    private static final List<Integer> TOKENS =
            List.of(3, 14, 15, 9, 2, 6, 5, 35, 8, 9, 7, 9, 3, 2);

    /** The step with its cache is the fast twin of the loss, which reads the whole row at once. */
    @Test
    void one_token_at_a_time_gives_the_loss_of_the_whole_row() {
        Torch.prepareThread();
        try (var manager = NDManager.newBaseManager();
                var script = Script.compile(manager, StoryScript.step(SHAPE))) {
            var model = sharpened(manager);
            var sample = new StorySource.Sample(TOKENS, new BitSet(), 0);
            var row = StoryBatch.padded(List.of(sample), 64, 1);
            var whole = model.loss(row).toFloatArray()[0];

            var surprise = 0.0;
            var keys = cache(manager);
            var values = cache(manager);
            for (int i = 0; i + 1 < TOKENS.size(); i++) {
                var ids = manager.create(new long[] {TOKENS.get(i)});
                var logits =
                        script.call(
                                manager,
                                "step",
                                ids,
                                i,
                                model.cosines(),
                                model.sines(),
                                model.weights(),
                                keys,
                                values);
                surprise -= logits.logSoftmax(-1).toFloatArray()[TOKENS.get(i + 1)];
            }

            // the loss computes in bfloat16, with 8 bits of mantissa
            assertThat(surprise / (TOKENS.size() - 1)).isCloseTo(whole, within(0.02));
        }
    }

    @Test
    void rows_continue_their_own_prompts_to_their_own_limits_and_draw_the_same_again() {
        Torch.prepareThread();
        try (var manager = NDManager.newBaseManager()) {
            var model = sharpened(manager);
            var prompts = List.of(List.of(1, 2, 3), List.of(4));

            var told = new StorySampler(model, END, 1, 3).continued(manager, prompts, 5);

            assertThat(told.get(0)).startsWith(1, 2, 3).hasSizeLessThanOrEqualTo(8);
            assertThat(told.get(1)).startsWith(4).hasSizeLessThanOrEqualTo(6).doesNotContain(END);
            assertThat(new StorySampler(model, END, 1, 3).continued(manager, prompts, 5))
                    .isEqualTo(told);
            assertThat(new StorySampler(model, END, 1, 4).continued(manager, prompts, 5))
                    .isNotEqualTo(told);
        }
    }

    /** Random weights large enough that attention and position matter. */
    private static StoryModel sharpened(NDManager manager) {
        var model = new StoryModel(SHAPE, manager, 1);
        model.parameters().values().stream()
                .filter(weight -> weight.getShape().dimension() == 2)
                .forEach(weight -> weight.muli(10));
        return model;
    }

    private static NDList cache(NDManager manager) {
        var cache = new NDList();
        for (int layer = 0; layer < SHAPE.layers(); layer++) {
            NDArray empty =
                    manager.zeros(new Shape(1, SHAPE.kvHeads(), TOKENS.size(), SHAPE.headDim()));
            cache.add(empty);
        }
        return cache;
    }
}
