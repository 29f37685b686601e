package dev.millrace.workers.train.segmenting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.workers.segment.GoldenZip;
import dev.millrace.workers.segment.Presence;
import dev.millrace.workers.segment.Recipe;
import dev.millrace.workers.segment.SegmentFolder;
import dev.millrace.workers.segment.clip.ClipConfig;
import dev.millrace.workers.segment.clip.ResNetConfig;
import dev.millrace.workers.segment.sam.SamConfig;
import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.Torch;
import dev.millrace.workers.train.bench.Findings;
import dev.millrace.workers.train.bench.Findings.Finding;
import dev.millrace.workers.train.bench.Report;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

class ShapesPartTest {
    @TempDir private Path folder;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final Map<String, Double> results = new LinkedHashMap<>();

    @BeforeEach
    void prepareThread() {
        Torch.useThreads(1);
        Torch.prepareThread();
    }

    private static PublishedShapes tiny(Path model) {
        var clip = ClipConfig.read(model.resolve("clip"));
        var recipe = SegmentFolder.read(model).recipe().at(32, 2, new Presence(1, 0, 0, 0, 10));
        return new PublishedShapes(
                clip,
                ResNetConfig.read(model.resolve("trunk")),
                SamConfig.read(model.resolve("sam")),
                recipe.with(Recipe.BEST.boundaries()),
                recipe,
                48);
    }

    private Findings run() throws IOException {
        var model = GoldenZip.write(Files.createDirectories(folder.resolve("model")));
        var file = folder.resolve("findings.jsonl");
        var options =
                new SegmentBench.Options(model, file, List.of("shapes"), Devices.cpu(), 1, true);
        var findings = new Findings(file, "tiny");
        var out = new PrintStream(printed, true, StandardCharsets.UTF_8);
        try (var gallery = new Gallery(options)) {
            new ShapesPart(options, new Report(out, results::put), tiny(model))
                    .run(gallery, findings);
        }
        return findings;
    }

    private double result(String name) {
        return Objects.requireNonNull(results.get(name), name);
    }

    @Test
    void every_step_is_measured_and_what_is_told_is_their_sum() throws IOException {
        var findings = run();

        var found = findings.find("shapes", "BF16").orElseThrow();
        assertThat(found.figures().values()).allMatch(figure -> figure > 0);
        double looked = found.figure("clip") + found.figure("sam") + found.figure("plan");
        assertThat(result("real_zip_best_s"))
                .isCloseTo(
                        looked
                                + found.figure("colours")
                                + found.figure("colours clusters")
                                + result("real_prompts") / 16 * found.figure("batch"),
                        within(1e-9));
        assertThat(result("real_automatic_s"))
                .isCloseTo(found.figure("sam") + 16 * found.figure("automatic"), within(1e-9));
        assertThat(result("real_speedup_best"))
                .isCloseTo(result("real_automatic_s") / result("real_zip_best_s"), within(1e-9));
        assertThat(result("real_peak_published_mib"))
                .isGreaterThanOrEqualTo(result("real_peak_best_mib"));
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .contains("64 of 1024 points were measured")
                .contains("| zip, as published | ");
    }

    @Test
    void no_random_weights_are_left_behind() throws IOException {
        var model = GoldenZip.write(Files.createDirectories(folder.resolve("model")));
        Path path;
        try (var written = new RandomFolder(tiny(model), model)) {
            written.addTrunk(tiny(model));
            path = written.path();
            assertThat(path.resolve("trunk/model.safetensors")).exists();
        }

        assertThat(path).doesNotExist();
    }

    @Test
    void steps_are_summed_as_a_picture_needs_them() {
        var figures =
                Map.of(
                        "clip", 1.0,
                        "colours", 2.0,
                        "colours clusters", 3.0,
                        "trunk", 100.0,
                        "trunk clusters", 200.0,
                        "sam", 10.0,
                        "plan", 0.5,
                        "batch", 4.0,
                        "automatic", 8.0,
                        "automatic drawn", 6.0);
        var sums = new ShapesSums(new Finding("", "shapes", "F32", figures), 16, 24, 32);

        assertThat(sums.firstMask()).isEqualTo(16.5 + 4);
        assertThat(sums.best()).isEqualTo(16.5 + 6);
        assertThat(sums.asPublished()).isEqualTo(311.5 + 8);
        assertThat(sums.automatic()).isEqualTo(10 + 16 * 8);
        assertThat(sums.automaticAtLeast()).isEqualTo(10 + 16 * 6);
        assertThat(new ShapesSums(sums.found(), 16, 8, 8).firstMask()).isEqualTo(16.5 + 2);
    }

    @Test
    void a_part_that_there_is_not_is_refused() {
        var model = GoldenZip.write(folder);
        var options =
                new SegmentBench.Options(
                        model, folder.resolve("f"), List.of("shape"), Devices.cpu(), 1, true);

        assertThatThrownBy(() -> new SegmentBench(options, System.out, results::put).run())
                .hasMessage("parts are quality, speed and shapes, not shape");
    }
}
