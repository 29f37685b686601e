package dev.millrace.bench.arms;

import ai.djl.ndarray.NDArray;

import dev.millrace.bench.weights.Precision;
import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Tensors;
import dev.millrace.workers.tensor.Torch;
import dev.millrace.workers.text.Decoders;
import dev.millrace.workers.text.kernels.Calibration;
import dev.millrace.workers.text.kernels.DecoderKernels;
import dev.millrace.workers.text.kernels.DecoderKernels.Step;
import dev.millrace.workers.text.kernels.Logits;
import dev.millrace.workers.text.kernels.Paired;
import dev.millrace.workers.text.kernels.torch.TorchKernels;
import dev.millrace.workers.text.kernels.vector.VectorKernels;
import dev.millrace.workers.text.kernels.vector.WeightType;
import dev.millrace.workers.text.kv.KvCache;
import dev.millrace.workers.text.model.ModelDirectory;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Our kernels as a worker on a CPU would choose them: the Vector API's for narrow batches,
 * libtorch's from the width on at which they are faster here; int8 has the Vector API's alone.
 */
final class OursArm implements Arm {
    /** Below this width a worker lets libtorch compute in f32. */
    private static final int BF16_WIDTH = 512;

    private static final Duration MOST_WARMING = Duration.ofSeconds(3);

    private final DecoderKernels kernels;
    private final String detail;
    private final int layers;
    private final List<KvCache> caches;
    private final Logits logits = new Logits();

    private OursArm(Kernels kernels, Job job) {
        this.kernels = kernels.all();
        this.detail = kernels.detail();
        this.layers = job.shape().layers();
        var store = this.kernels.newKvStore(Long.MAX_VALUE);
        this.caches =
                IntStream.range(0, job.batch())
                        .mapToObj(_ -> store.allocate(job.capacity()).orElseThrow())
                        .toList();
    }

    private record Kernels(DecoderKernels all, String detail) {}

    static OursArm open(Job job) throws IOException {
        Torch.prepareThread();
        Torch.useThreads(1);
        try (var folder = ModelDirectory.open(job.files().folder(job.shape()), Decoders.ALL)) {
            return new OursArm(kernels(folder, job), job);
        }
    }

    private static Kernels kernels(ModelDirectory folder, Job job) {
        return switch (job.precision()) {
            case F32 -> paired(folder, WeightType.F32, ElementType.F32, job);
            case BF16 -> paired(folder, WeightType.BF16, torchType(job), job);
            case INT8 ->
                    new Kernels(
                            new VectorKernels(folder, WeightType.INT8, ElementType.BF16),
                            "Vector API, kv BF16");
        };
    }

    private static ElementType torchType(Job job) {
        boolean isWide = job.shape().hidden() >= BF16_WIDTH;
        return isWide && job.precision() == Precision.BF16 ? ElementType.BF16 : ElementType.F32;
    }

    private static Kernels paired(
            ModelDirectory folder, WeightType type, ElementType torchType, Job job) {
        var torch = new TorchKernels(folder, Devices.cpu(), torchType);
        var vector = new VectorKernels(folder, type, torchType, torch, Optional.empty());
        var calibration = new Calibration(torch, vector);
        calibration.warm(MOST_WARMING);
        int crossover = job.batch() == 1 ? Integer.MAX_VALUE : calibration.measure().crossover();
        var who = job.batch() < crossover ? "Vector API" : "libtorch " + torchType;
        return new Kernels(new Paired(torch, vector, crossover), who + ", kv " + torchType);
    }

    @Override
    public String detail() {
        return detail;
    }

    @Override
    public void step(int... tokens) {
        var batch = new ArrayList<Step>();
        for (int i = 0; i < tokens.length; i++) {
            batch.add(new Step(caches.get(i), tokens[i]));
        }
        kernels.decode(batch, logits);
    }

    @Override
    public float[] logits(int sequence) {
        return logits.row(sequence).clone();
    }

    @Override
    public void fill(int context) {
        for (var cache : caches) {
            int held = cache.length();
            cache.take(context - held);
            for (int layer = 0; layer < layers; layer++) {
                repeat(cache.keys(layer), held, context);
                repeat(cache.values(layer), held, context);
            }
        }
    }

    /** In [kvHeads, capacity, headDim], repeats the first {@code held} rows of each head. */
    private static void repeat(NDArray tensor, int held, int context) {
        var memory = Tensors.memory(tensor);
        long heads = tensor.getShape().get(0);
        long capacity = tensor.getShape().get(1);
        long rowBytes = memory.byteSize() / (heads * capacity);
        for (long head = 0; head < heads; head++) {
            var rows = memory.asSlice(head * capacity * rowBytes, capacity * rowBytes);
            for (int to = held; to < context; to += held) {
                long bytes = Math.min(held, context - to) * rowBytes;
                MemorySegment.copy(rows, 0, rows, to * rowBytes, bytes);
            }
        }
    }

    @Override
    public void rewind(int context) {
        caches.forEach(cache -> cache.forgetFrom(context));
    }

    @Override
    public void close() {
        caches.forEach(KvCache::close);
        kernels.close();
    }
}
