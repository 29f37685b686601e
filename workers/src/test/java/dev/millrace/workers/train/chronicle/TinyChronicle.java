package dev.millrace.workers.train.chronicle;

import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.text.kv.chunk.ChunkAdapters;
import dev.millrace.workers.text.kv.chunk.ChunkSettings;
import dev.millrace.workers.train.adapters.AdapterTraining;
import dev.millrace.workers.train.adapters.Scorers;
import dev.millrace.workers.train.adapters.Teaching;
import dev.millrace.workers.train.chronicle.ChronicleCurriculum.Plan;
import dev.millrace.workers.train.chronicle.ChronicleCurriculum.Stage;
import dev.millrace.workers.train.chronicle.corpus.Chronicle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** A chronicle model with its adapters, small and hardly trained. */
public final class TinyChronicle {
    private TinyChronicle() {}

    /** Writes the model, and a second pair of adapters. */
    public static void write(Path folder, Path others) throws IOException {
        var chronicle = new Chronicle();
        var shape =
                new ChronicleShape(
                        chronicle.vocabulary().size(),
                        32,
                        2,
                        1,
                        48,
                        4096,
                        16,
                        10_000,
                        16,
                        Stream.of("rope:16", "none", "rope:16", "none")
                                .map(ChronicleShape.Layer::of)
                                .toList());
        var options =
                new ChronicleTraining.Options(
                        folder, 6, 1, 512, 3e-3, false, 1, Devices.cpu(), Duration.ofHours(1));
        var plan = new Plan(6, 512, List.of(Stage.texts("short", 6, 128, 1)));
        new ChronicleTraining(options, chronicle, shape, plan).run();
        Files.createDirectories(others.toAbsolutePath().getParent());
        train(folder, folder.resolve(ChunkAdapters.FILE), 8, ChunkSettings.BEST);
        train(folder, others, 4, ChunkSettings.PAPER);
    }

    private static void train(Path folder, Path out, int width, ChunkSettings settings) {
        boolean isPaper = settings.equals(ChunkSettings.PAPER);
        var teaching = isPaper ? Teaching.WHOLE : Teaching.RESIDUAL;
        var scorers = isPaper ? Scorers.LAYERS : Scorers.HEADS;
        AdapterTraining.run(
                folder,
                ChronicleLessons.texts(4, 256),
                new AdapterTraining.Options(out, 3, 1, scorers, width, 1, settings, teaching, 1));
    }
}
