package dev.millrace.workers.train.chronicle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;

import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Torch;
import dev.millrace.workers.train.chronicle.corpus.Chronicle.Exchange;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;

class ChronicleModelTest {
    private static final int VOCABULARY = 40;

    private NDManager manager;

    @BeforeEach
    void open() {
        Torch.prepareThread();
        manager = NDManager.newBaseManager();
    }

    @AfterEach
    void close() {
        manager.close();
    }

    /** Rows shorter than the window, longer, and a multiple of it; all kinds of layers. */
    @ParameterizedTest
    @CsvSource({
        "'rope,none', 8, 2, 5",
        "'rope,none', 4, 1, 100",
        "'rope:8,none:8', 6, 2, 7",
        "'rope:8,none', 4, 1, 16",
        "'none,rope:8,rope', 8, 2, 100",
        "'none:8,rope:8', 8, 1, 83",
    })
    void the_loss_is_that_of_the_slow_twin(String layers, int rotary, int kvHeads, int length) {
        var model = model(layers, rotary, kvHeads);
        var batch = batch(length);

        var loss = model.loss(batch).toFloatArray()[0];

        assertThat(loss).isCloseTo((float) slowLoss(model, batch), within(2e-4f));
    }

    private static double slowLoss(ChronicleModel model, ChronicleBatch batch) {
        var logits = new SlowChronicle(model).logits(batch.ids(), batch.positions());
        var sum = 0.0;
        var weights = 0.0;
        for (var i = 0; i < logits.length; i++) {
            var total = 0.0;
            for (var logit : logits[i]) {
                total += Math.exp(logit);
            }
            sum += batch.weights()[i] * (Math.log(total) - logits[i][(int) batch.targets()[i]]);
            weights += batch.weights()[i];
        }
        return sum / weights;
    }

    /** Questions after a cache are the fast twin of reading text and question as one. */
    @ParameterizedTest
    @CsvSource({"'rope:8,none,rope:8', 40", "'rope,none', 70", "'none:8,rope:8,none', 5"})
    void a_question_after_the_cache_is_answered_as_in_one_reading(String layers, int length) {
        var model = model(layers, 8, 1);
        var text = tokens(length, 7);
        var exchanges =
                Stream.of(1, 2, 3)
                        .map(seed -> {
                            var prompt = tokens(3 + 4 * seed, seed);
                            return new Exchange(prompt, continued(model, text, prompt));
                        })
                        .toList();
        List<Exchange> wrong = new ArrayList<>(exchanges);
        wrong.replaceAll(
                exchange -> new Exchange(exchange.prompt(), lastChanged(exchange.answer())));

        try (var reading = new DenseReading(model, text)) {
            assertThat(reading.areRight(exchanges)).containsExactly(true, true, true);
            assertThat(reading.areRight(wrong)).containsExactly(false, false, false);
        }
    }

    /** Three tokens, each the most likely one after all before it. */
    private static int[] continued(ChronicleModel model, int[] text, int[] prompt) {
        var row = new ArrayList<Long>();
        LongStream.concat(widened(text), widened(prompt)).forEach(row::add);
        var answer = new int[3];
        for (var i = 0; i < answer.length; i++) {
            var predictions = model.predictions(row(row.stream().mapToLong(id -> id).toArray()));
            answer[i] = (int) predictions[predictions.length - 1];
            row.add((long) answer[i]);
        }
        return answer;
    }

    private static LongStream widened(int[] ids) {
        return LongStream.of(Arrays.stream(ids).asLongStream().toArray());
    }

    private static int[] lastChanged(int[] answer) {
        var changed = answer.clone();
        changed[changed.length - 1] = (changed[changed.length - 1] + 1) % VOCABULARY;
        return changed;
    }

    @Test
    void windows_that_differ_are_refused() {
        assertThatThrownBy(() -> ChronicleShape.of(10, "rope:512,rope:256,none", 32, 1e4))
                .hasMessageContaining("512, 256");
        assertThatThrownBy(() -> ChronicleShape.of(10, "rope,some", 32, 1e4))
                .hasMessageContaining("was some");
    }

    /** Random weights large enough that attention, position and scale matter. */
    private ChronicleModel model(String layers, int rotary, int kvHeads) {
        var shape =
                new ChronicleShape(
                        VOCABULARY,
                        16,
                        2,
                        kvHeads,
                        24,
                        512,
                        rotary,
                        100,
                        8,
                        Stream.of(layers.split(",")).map(ChronicleShape.Layer::of).toList());
        var model = new ChronicleModel(shape, ElementType.F32, manager, 1);
        model.parameters().values().stream()
                .filter(weight -> weight.getShape().dimension() == 2)
                .forEach(weight -> weight.muli(15));
        return model;
    }

    /** With gaps between the positions. */
    private static ChronicleBatch batch(int length) {
        var random = new SplittableRandom(3);
        var positions = LongStream.range(0, length).map(i -> i + i / 6 * 11).toArray();
        var weights = new float[length];
        for (var i = 0; i < length; i++) {
            weights[i] = random.nextInt(3);
        }
        var ids = random.longs(length, 0, VOCABULARY).toArray();
        var targets = random.longs(length, 0, VOCABULARY).toArray();
        weights[0] = 1;
        return new ChronicleBatch(ids, targets, weights, positions, 1, List.of());
    }

    private static ChronicleBatch row(long[] ids) {
        var positions = LongStream.range(0, ids.length).toArray();
        return new ChronicleBatch(ids, ids, new float[ids.length], positions, 1, List.of());
    }

    private static int[] tokens(int count, long seed) {
        return new SplittableRandom(seed).ints(count, 0, VOCABULARY).toArray();
    }
}
