package dev.millrace.workers.train.pyramid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import dev.millrace.workers.eco.HashLearning;
import dev.millrace.workers.eco.Numerator;
import dev.millrace.workers.energy.Ledger;
import dev.millrace.workers.energy.Operation;
import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.Tensors;
import dev.millrace.workers.tensor.Torch;
import dev.millrace.workers.train.bench.Findings;
import dev.millrace.workers.train.pictures.PictureSource;
import dev.millrace.workers.train.pyramid.PyramidShape.Stage;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

class PyramidTest {
    private static final int BITS = 6;
    private static final int ANCHORS = 5;
    private static final PyramidShape SMALL =
            new PyramidShape(
                    32,
                    List.of(new Stage(8, 1, 2, 2), new Stage(12, 2, 1, 3), new Stage(16, 2, 1, 2)),
                    10);
    private static final EcoGrid ECO = new EcoGrid(Numerator.OFFICIAL);
    private static final HashLearning QUICK = new HashLearning(4, 5, 0.05, 0.9);

    private NDManager manager;
    private final Pyramid pyramid = new Pyramid(SMALL);

    @BeforeEach
    void prepare() {
        Torch.useThreads(1);
        Torch.prepareThread();
        manager = Torch.newScope(Devices.cpu());
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private Map<String, NDArray> softmax() {
        return PyramidLessons.first(manager, SMALL, 1);
    }

    private Map<String, NDArray> converted() {
        return new Conversion(pyramid, QUICK, BITS, ANCHORS, 1)
                .of(manager, softmax(), pictures(2), ECO);
    }

    private NDArray pictures(int count) {
        var lesson = new GridPictures(new PictureSource(), 0.1).heldOut(SMALL.side(), 0, count);
        return Tensors.floats(manager, lesson.values(), count, 3, SMALL.side(), SMALL.side());
    }

    @Test
    void what_the_layers_count_is_what_the_formula_says() {
        var strict = new StrictEnergy(SMALL);

        assertCounted(softmax(), SoftmaxGrid.FULL, strict.softmax(), strict.rest(false));
        assertCounted(softmax(), new SoftmaxGrid(2), strict.pooled(2), strict.rest(false));
        assertCounted(converted(), ECO, strict.eco(BITS, ANCHORS), strict.rest(true));
    }

    private void assertCounted(
            Map<String, NDArray> weights, GridAttention kind, Ledger attention, Ledger rest) {
        var countedAttention = new Ledger();
        var countedRest = new Ledger();
        pyramid.logits(weights, pictures(1), kind, countedAttention, countedRest, Optional.empty());
        assertAgree(countedAttention, attention);
        assertAgree(countedRest, rest);
    }

    private static void assertAgree(Ledger counted, Ledger said) {
        for (var operation : Operation.values()) {
            assertThat((double) counted.of(operation))
                    .as(operation.name())
                    .isCloseTo((double) said.of(operation), within(0.01 * said.of(operation)));
        }
        assertThat(counted.picojoules()).isPositive();
    }

    /** The figures of EcoFormer's README; norms, which it counts as well, are below one percent. */
    @Test
    void the_published_account_gives_the_published_figures() {
        var b0 =
                new PyramidShape(
                        224,
                        List.of(
                                new Stage(32, 1, 2, 8),
                                new Stage(64, 2, 2, 8),
                                new Stage(160, 5, 2, 4),
                                new Stage(256, 8, 2, 4)),
                        1000);
        var published = new PublishedEnergy(b0);
        double softmax = published.softmax().plus(published.rest(false)).picojoules();
        double eco = published.eco(16, 25).plus(published.rest(true)).picojoules();

        assertThat(softmax).isCloseTo(9.25e9, within(0.01 * 9.25e9));
        assertThat(eco).isCloseTo(2.49e9, within(0.015 * 2.49e9));
        assertThat(100 * (1 - eco / softmax)).isCloseTo(73.1, within(0.4));
    }

    @Test
    void the_miniature_spends_most_of_its_energy_in_attention_and_saves_what_was_published() {
        var published = new PublishedEnergy(PyramidShape.MINIATURE);
        double attention = published.softmax().picojoules();
        double whole = attention + published.rest(false).picojoules();
        double eco = published.eco(16, 25).plus(published.rest(true)).picojoules();

        assertThat(PyramidShape.MINIATURE.grid(0)).isEqualTo(56);
        assertThat(attention / whole).isGreaterThan(0.75);
        assertThat(1 - eco / whole).isGreaterThan(0.73);
    }

    @Test
    void a_conversion_keeps_queries_and_values_and_throws_keys_away() {
        var before = softmax();

        var after =
                new Conversion(pyramid, QUICK, BITS, ANCHORS, 1)
                        .of(manager, before, pictures(2), ECO);

        var qkv = get(before, "block1.0.attn.qkv.weight");
        assertThat(get(after, "block1.0.attn.to_qk.weight")).isEqualTo(qkv.get("0:8"));
        assertThat(get(after, "block1.0.attn.to_v.weight")).isEqualTo(qkv.get("16:24"));
        assertThat(after).doesNotContainKey("block1.0.attn.qkv.weight");
        assertThat(after).containsKey("block3.0.attn.qkv.weight"); // the last stage's
        assertThat(get(after, "block2.0.attn.fast_attention.ksh.A").getShape().getShape())
                .containsExactly(2, BITS, ANCHORS);
    }

    @Test
    void a_stage_with_fewer_tokens_than_anchors_is_refused() {
        var conversion = new Conversion(pyramid, QUICK, BITS, 17, 1); // the second has 16

        assertThatThrownBy(() -> conversion.of(manager, softmax(), pictures(2), ECO))
                .hasMessage("a stage must have at least 17 tokens for as many anchors, has 16");
    }

    private static NDArray get(Map<String, NDArray> weights, String name) {
        return Optional.ofNullable(weights.get(name)).orElseThrow();
    }

    @Test
    void pooling_by_one_token_is_no_pooling() {
        var weights = softmax();
        var whole = logits(weights, SoftmaxGrid.FULL);

        assertThat(logits(weights, new SoftmaxGrid(1))).isEqualTo(whole);
        assertThat(logits(weights, new SoftmaxGrid(2))).isNotEqualTo(whole);
    }

    private NDArray logits(Map<String, NDArray> weights, GridAttention kind) {
        var nobody = new Ledger();
        return pyramid.logits(weights, pictures(3), kind, nobody, nobody, Optional.empty());
    }

    @Test
    void both_kinds_learn() {
        var lessons =
                new PyramidLessons(manager, pyramid, new GridPictures(new PictureSource(), 0));
        var softmax = softmax();
        var converted = converted();

        assertLearns(lessons, softmax, SoftmaxGrid.FULL);
        assertLearns(lessons, converted, ECO);
    }

    private static void assertLearns(
            PyramidLessons lessons, Map<String, NDArray> weights, GridAttention kind) {
        double first = lessons.learn(weights, kind, 1, 8, 1e-9, 3);
        lessons.learn(weights, kind, 25, 8, 3e-3, 3);
        assertThat(lessons.learn(weights, kind, 1, 8, 1e-9, 3)).isLessThan(first);
    }

    @Test
    void an_experiment_says_its_figures(@TempDir Path folder) {
        var said = new HashMap<String, Double>();
        var options =
                new PyramidExperiment.Options(
                        folder.resolve("f.jsonl"), 1, 32, 96, 2, 1, 1, 2, 4, 0.1);
        var out = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);

        new PyramidExperiment(options, out, said::put).run();

        assertThat(said.keySet())
                .contains("vit_attention_share_pct", "vit_energy_saving_pct", "vit_drop_pt");
    }

    @Test
    void what_ships_is_what_the_bench_asks_for() {
        var shipped = Path.of("../deploy/models/stories/eco-pictures.jsonl");
        var usual = PyramidExperiment.Options.usual(shipped);
        var findings = new Findings(shipped, usual.subject());

        for (int seed = 1; seed <= usual.seeds(); seed++) {
            assertThat(findings.find(usual.pictures() + " held-out pictures", "seed " + seed))
                    .as("seed %d", seed)
                    .isPresent();
        }
    }
}
