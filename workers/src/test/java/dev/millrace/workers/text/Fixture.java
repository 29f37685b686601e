package dev.millrace.workers.text;

import dev.millrace.protocol.Job;
import dev.millrace.protocol.JobId;
import dev.millrace.protocol.JobKey;
import dev.millrace.protocol.ModelId;
import dev.millrace.protocol.Task;
import dev.millrace.protocol.TextParameters;
import dev.millrace.workers.run.EngineSettings;
import dev.millrace.workers.run.Outcome;
import dev.millrace.workers.run.Work;
import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Torch;
import dev.millrace.workers.text.kernels.DecoderKernels;
import dev.millrace.workers.text.kernels.torch.TorchKernels;
import dev.millrace.workers.text.kv.KvLimits;
import dev.millrace.workers.text.model.ModelDirectory;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** A small model with random weights, engines on it, and jobs for them. */
final class Fixture {
    static final Path FOLDER = Path.of("src/test/resources/goldens/decoder/llama");
    static final int CONTEXT = 512;

    private Fixture() {}

    static EngineSettings settings(boolean deterministic) {
        return new EngineSettings(8, deterministic, Duration.ZERO);
    }

    static TextEngine endless(
            Path path,
            EngineSettings settings,
            long kvBytes,
            Function<ModelDirectory, DecoderKernels> kernels) {
        return endless(path, settings, KvLimits.of(kvBytes), kernels);
    }

    /** Whose answers never end by themselves. */
    static TextEngine endless(
            Path path,
            EngineSettings settings,
            KvLimits memory,
            Function<ModelDirectory, DecoderKernels> kernels) {
        Torch.useThreads(1);
        Torch.prepareThread();
        try (var folder = ModelDirectory.open(path, Decoders.ALL)) {
            var model = TextModel.open(folder);
            var endless =
                    new TextModel(
                            model.tokenizer(),
                            model.template(),
                            Set.of(),
                            model.contextLimit(),
                            model.vocabulary());
            return new TextEngine(
                    endless, Attentions.of(folder, true), kernels.apply(folder), memory, settings);
        }
    }

    static TextEngine endless(EngineSettings settings, long kvBytes) {
        return endless(FOLDER, settings, kvBytes, Fixture::torch);
    }

    static TorchKernels torch(ModelDirectory folder) {
        return new TorchKernels(folder, Devices.cpu(), ElementType.F32);
    }

    static TextParameters sampled(int maxTokens, long seed, String... stops) {
        return new TextParameters(
                maxTokens, 1, 1, 0, seed, List.of(stops), TextParameters.NO_LOGPROBS);
    }

    static TextParameters greedy(int maxTokens) {
        return new TextParameters(maxTokens, 0, 1, 0, 0, List.of(), TextParameters.NO_LOGPROBS);
    }

    static Job job(String prompt, TextParameters parameters) {
        return job(new Task.Plain(prompt), parameters);
    }

    static Job job(Task.Prompt prompt, TextParameters parameters) {
        return job("", prompt, parameters);
    }

    static Job job(String owner, Task.Prompt prompt, TextParameters parameters) {
        return new Job(
                new JobId(0, 0, JobKey.random()),
                new ModelId("llama"),
                owner,
                Duration.ofMinutes(1),
                new Task.Text(prompt, parameters),
                "");
    }

    static Outcome outcome(Work work) throws InterruptedException {
        if (!work.await(Duration.ofSeconds(30))) {
            throw new AssertionError("not finished within 30 s");
        }
        return work.outcome();
    }
}
