package dev.millrace.workers.text;

import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.text.kernels.DecoderKernels;
import dev.millrace.workers.text.kernels.Paired;
import dev.millrace.workers.text.kernels.RandomAdapters;
import dev.millrace.workers.text.kernels.torch.TorchKernels;
import dev.millrace.workers.text.kernels.vector.VectorKernels;
import dev.millrace.workers.text.kernels.vector.WeightType;
import dev.millrace.workers.text.kv.chunk.Selecting;
import dev.millrace.workers.text.model.ModelDirectory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The fixture's model with random adapters, and the kernels that serve it on a CPU. */
final class SelectingModel {
    /** Selects two of many small chunks, often. */
    static final String FEW =
            """
            {"chunk": {"shortest": 2, "longest": 9, "local": 2, "most": 2, "mass": 1,
                       "into": 1, "every": 5, "dense_below": 0}}
            """;

    private SelectingModel() {}

    static Path in(Path folder, String manifest) throws IOException {
        for (var name :
                List.of(
                        "config.json",
                        "model.safetensors",
                        "tokenizer.json",
                        "tokenizer_config.json",
                        "generation_config.json")) {
            Files.copy(Fixture.FOLDER.resolve(name), folder.resolve(name));
        }
        Files.writeString(folder.resolve("millrace.json"), manifest);
        try (var model = ModelDirectory.open(folder, Decoders.ALL)) {
            RandomAdapters.in(folder, model.config());
        }
        return folder;
    }

    /**
     * Of a batch that no sequence of selects, what {@code crossover} says; of others, that they
     * select.
     */
    static DecoderKernels kernels(ModelDirectory folder, int crossover) {
        var adapters = Attentions.of(folder, true).selecting().map(Selecting::adapters);
        var torch = new TorchKernels(folder, Devices.cpu(), ElementType.F32, adapters);
        var vector = new VectorKernels(folder, WeightType.F32, ElementType.F32, torch, adapters);
        return new Paired(torch, vector, crossover);
    }

    /** As a deterministic worker has them; answers never end by themselves. */
    static TextEngine engine(Path folder, long kvBytes) {
        return Fixture.endless(
                folder,
                Fixture.settings(true),
                kvBytes,
                opened -> kernels(opened, Integer.MAX_VALUE));
    }
}
