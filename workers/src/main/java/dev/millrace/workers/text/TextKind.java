package dev.millrace.workers.text;

import com.sun.management.OperatingSystemMXBean;

import dev.millrace.protocol.ModelId;
import dev.millrace.protocol.Served;
import dev.millrace.workers.run.Engine;
import dev.millrace.workers.run.EngineFactory;
import dev.millrace.workers.run.EngineSettings;
import dev.millrace.workers.tensor.BadModelException;
import dev.millrace.workers.tensor.Torch;
import dev.millrace.workers.text.kernels.DecoderKernels;
import dev.millrace.workers.text.kernels.DecoderKernels.Step;
import dev.millrace.workers.text.kernels.Logits;
import dev.millrace.workers.text.kv.KvLimits;
import dev.millrace.workers.text.kv.Look;
import dev.millrace.workers.text.kv.chunk.Selecting;
import dev.millrace.workers.text.model.Manifest;
import dev.millrace.workers.text.model.ModelDirectory;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Serves decoders: folders in Hugging Face's format. */
public final class TextKind implements EngineFactory {
    private static final Logger LOG = LoggerFactory.getLogger(TextKind.class);

    private static final Duration DEADLINE = Duration.ofMinutes(10);
    private static final int DEFAULT_MAX_TOKENS = 1024;

    /** A tokenizer may also shorten a text before it splits it (composed characters, spaces). */
    private static final long BYTES_PER_TOKEN_BYTE = 4;

    @Override
    public Served.TextModel served(Path directory, EngineSettings settings) {
        try (var folder = ModelDirectory.open(directory, Decoders.ALL);
                var model = TextModel.open(folder)) {
            return served(folder.manifest(), model, attentions(folder, settings));
        }
    }

    private static Attentions attentions(ModelDirectory folder, EngineSettings settings) {
        return Attentions.of(folder, KernelChoice.canSelect(settings));
    }

    private static Served.TextModel served(
            Manifest manifest, TextModel model, Attentions attentions) {
        int context = model.contextLimit();
        return new Served.TextModel(
                new ModelId(manifest.id()),
                Stream.concat(Stream.of(manifest.id()), manifest.aliases().stream()).toList(),
                context,
                BYTES_PER_TOKEN_BYTE * model.longestToken() * context,
                Math.min(context, manifest.maxTokens().orElse(DEFAULT_MAX_TOKENS)),
                manifest.temperature().orElse(1),
                DEADLINE,
                attentions.offered());
    }

    @Override
    public Engine open(Path directory, EngineSettings settings) {
        return open(directory, settings, memory() / 4);
    }

    /** A part of main memory says little about a GPU's, so there only running sequences use it. */
    private static KvLimits limits(long kvBytes, EngineSettings settings) {
        return KernelChoice.isOnCpu(settings) ? KvLimits.of(kvBytes) : new KvLimits(kvBytes, 0);
    }

    /** With so many bytes for the keys and values of running sequences. */
    static TextEngine open(Path directory, EngineSettings settings, long kvBytes) {
        Torch.prepareThread();
        try (var folder = ModelDirectory.open(directory, Decoders.ALL)) {
            Torch.useThreads(KernelChoice.threads(folder, settings));
            var attentions = attentions(folder, settings);
            var model = TextModel.open(folder);
            try {
                var kernels = kernels(folder, attentions, settings);
                return new TextEngine(
                        model, attentions, kernels, limits(kvBytes, settings), settings);
            } catch (RuntimeException e) {
                model.close();
                throw e;
            }
        }
    }

    private static DecoderKernels kernels(
            ModelDirectory folder, Attentions attentions, EngineSettings settings) {
        var adapters = attentions.selecting().map(Selecting::adapters);
        var kernels = KernelChoice.open(folder, settings, adapters);
        try {
            attentions.offered().forEach(each -> warm(folder, kernels, attentions.look(each)));
        } catch (RuntimeException e) {
            kernels.close();
            throw e;
        }
        LOG.atInfo()
                .addKeyValue("model", folder.manifest().id())
                .addKeyValue("context", folder.contextLimit())
                .addKeyValue("attentions", attentions.words())
                .addKeyValue("deterministic", settings.deterministic())
                .log("model loaded");
        return kernels;
    }

    /** Computes a little of everything: weights that give no numbers end the start, not a job. */
    private static void warm(ModelDirectory folder, DecoderKernels kernels, Look look) {
        int tokens = Math.min(Intake.BLOCK, folder.contextLimit() - 1);
        int[] prompt =
                IntStream.range(0, tokens).map(i -> i % folder.config().vocabulary()).toArray();
        var logits = new Logits();
        var store = kernels.newKvStore(Long.MAX_VALUE);
        try (var cache = look.take(store, tokens + 1).orElseThrow()) {
            kernels.prefill(cache, prompt, logits);
            kernels.decode(List.of(new Step(cache, 0)), logits);
        }
        for (float logit : logits.row(0)) {
            if (!Float.isFinite(logit)) {
                throw new BadModelException(
                        folder.path(), "its weights give " + logit + " as a logit");
            }
        }
    }

    /** The machine's, or the container's. */
    private static long memory() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class)
                .getTotalMemorySize();
    }
}
