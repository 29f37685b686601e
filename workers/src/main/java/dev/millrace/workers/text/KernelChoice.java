package dev.millrace.workers.text;

import dev.millrace.workers.run.EngineSettings;
import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.text.kernels.Alone;
import dev.millrace.workers.text.kernels.Calibration;
import dev.millrace.workers.text.kernels.DecoderKernels;
import dev.millrace.workers.text.kernels.Paired;
import dev.millrace.workers.text.kernels.torch.TorchKernels;
import dev.millrace.workers.text.kernels.vector.VectorKernels;
import dev.millrace.workers.text.kernels.vector.WeightType;
import dev.millrace.workers.text.kv.chunk.ChunkAdapters;
import dev.millrace.workers.text.model.ModelDirectory;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;

/**
 * Which kernels compute a model: libtorch's everything on a GPU; on a CPU libtorch's the prompts
 * and wide batches, the Vector API's narrow batches.
 *
 * <p>Where the line between narrow and wide lies is measured at start. A deterministic worker does
 * not measure: there every batch is narrow, for the Vector API's numbers do not depend on the
 * batch. Nor does one whose keys and values are kept in another type than libtorch computes in: it
 * would convert whole caches at each step, the Vector API reads them as they are.
 */
final class KernelChoice {
    private static final Logger LOG = LoggerFactory.getLogger(KernelChoice.class);

    /** Below this width bf16 costs libtorch more in conversions than it saves. */
    private static final int BF16_WIDTH = 512;

    private static final Duration MOST_WARMING = Duration.ofSeconds(3);

    private final ModelDirectory folder;
    private final boolean deterministic;
    private final Devices.Choice device;
    private final Optional<ChunkAdapters> adapters;

    private KernelChoice(
            ModelDirectory folder, EngineSettings settings, Optional<ChunkAdapters> adapters) {
        this.folder = folder;
        this.deterministic = settings.deterministic();
        this.device = Devices.named(settings.device());
        this.adapters = adapters;
    }

    /**
     * Loads the model's weights; the folder may be closed then.
     *
     * @param adapters for sequences that select; there can be none of these on a GPU
     */
    static DecoderKernels open(
            ModelDirectory folder, EngineSettings settings, Optional<ChunkAdapters> adapters) {
        return new KernelChoice(folder, settings, adapters).open();
    }

    /** Whether sequences can select what they look at: the GPU's kernels look at everything. */
    static boolean canSelect(EngineSettings settings) {
        return isOnCpu(settings);
    }

    /** Whether models are computed in main memory. */
    static boolean isOnCpu(EngineSettings settings) {
        return Devices.named(settings.device()).isCpu();
    }

    /** Sums of a row are split among threads, so where they must be repeatable there is one. */
    static int threads(ModelDirectory folder, EngineSettings settings) {
        boolean isSmall = folder.config().hidden() < BF16_WIDTH;
        return isSmall || settings.deterministic() ? 1 : Runtime.getRuntime().availableProcessors();
    }

    private DecoderKernels open() {
        var torch = new TorchKernels(folder, device, type(), kvType(), adapters);
        try {
            return device.isCpu() ? paired(torch) : alone(torch);
        } catch (RuntimeException | Error e) {
            torch.close();
            throw e;
        }
    }

    private DecoderKernels alone(TorchKernels torch) {
        LOG.atInfo()
                .addKeyValue("torch", type())
                .addKeyValue("kv", kvType())
                .log("kernels on the GPU");
        if (Files.exists(folder.path().resolve(ChunkAdapters.FILE))) {
            LOG.warn("chunk adapters are not used: on a GPU every sequence looks at everything");
        }
        LOG.info("on a GPU nothing of earlier prompts is kept: each is computed whole");
        return deterministic ? new Alone(torch) : torch;
    }

    private DecoderKernels paired(TorchKernels torch) {
        var weights = isStoredInBf16() ? WeightType.BF16 : WeightType.F32;
        var vector = new VectorKernels(folder, weights, kvType(), torch, adapters);
        int crossover;
        try {
            crossover = crossover(new Calibration(torch, vector));
        } catch (RuntimeException | Error e) {
            vector.close();
            throw e;
        }
        LOG.atInfo()
                .addKeyValue("torch", type())
                .addKeyValue("vector", weights)
                .addKeyValue("kv", kvType())
                .addKeyValue(
                        "vectorBelowBatch",
                        crossover == Integer.MAX_VALUE ? "any" : Integer.toString(crossover))
                .log("kernels on the CPU");
        return new Paired(torch, vector, crossover);
    }

    private int crossover(Calibration calibration) {
        calibration.warm(MOST_WARMING);
        if (deterministic || kvType() != type()) {
            return Integer.MAX_VALUE;
        }
        var result = calibration.measure();
        for (var point : result.points()) {
            LOG.atDebug()
                    .addKeyValue("batch", point.batch())
                    .addKeyValue("torchMillis", "%.3f".formatted(point.wide()))
                    .addKeyValue("vectorMillis", "%.3f".formatted(point.narrow()))
                    .log("measured a step");
        }
        return result.crossover();
    }

    /** Libtorch's; a property of the model, never of the moment: it decides what is computed. */
    private ElementType type() {
        boolean isWide = folder.config().hidden() >= BF16_WIDTH;
        return isWide && isStoredInBf16() ? ElementType.BF16 : ElementType.F32;
    }

    /** A property of the model, too. */
    private ElementType kvType() {
        return folder.manifest().kv().orElse(type());
    }

    private boolean isStoredInBf16() {
        return folder.weights().entry(folder.tensors().embedding().name()).type()
                == ElementType.BF16;
    }
}
