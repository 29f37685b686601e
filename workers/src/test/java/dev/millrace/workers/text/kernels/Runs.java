package dev.millrace.workers.text.kernels;

import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.text.kernels.DecoderKernels.Step;
import dev.millrace.workers.text.kernels.torch.TorchKernels;
import dev.millrace.workers.text.kernels.vector.VectorKernels;
import dev.millrace.workers.text.kernels.vector.WeightType;
import dev.millrace.workers.text.kv.KvCache;
import dev.millrace.workers.text.model.ModelDirectory;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Kernels as a worker on a CPU pairs them, and what it does with them. */
final class Runs {
    private Runs() {}

    static List<Step> steps(List<KvCache> caches, List<Integer> tokens) {
        return IntStream.range(0, caches.size())
                .mapToObj(i -> new Step(caches.get(i), tokens.get(i)))
                .toList();
    }

    static float[] prefill(DecoderKernels kernels, KvCache cache, List<Integer> prompt, int block) {
        var logits = new Logits();
        for (int from = 0; from < prompt.size(); from += block) {
            var part = prompt.subList(from, Math.min(prompt.size(), from + block));
            kernels.prefill(cache, array(part), logits);
        }
        return logits.row(0).clone();
    }

    static int[] array(List<Integer> tokens) {
        return tokens.stream().mapToInt(Integer::intValue).toArray();
    }

    static List<Integer> bits(float... row) {
        return IntStream.range(0, row.length).mapToObj(i -> Float.floatToIntBits(row[i])).toList();
    }

    static Paired pair(ModelDirectory model, int crossover) {
        return pair(model, crossover, ElementType.F32);
    }

    static Paired pair(ModelDirectory model, int crossover, ElementType kvType) {
        var torch = torch(model, kvType);
        return new Paired(torch, vector(model, torch, kvType), crossover);
    }

    static VectorKernels vector(ModelDirectory model, TorchKernels torch, ElementType kvType) {
        return new VectorKernels(model, WeightType.F32, kvType, torch, Optional.empty());
    }

    static TorchKernels torch(ModelDirectory model) {
        return torch(model, ElementType.F32);
    }

    static TorchKernels torch(ModelDirectory model, ElementType kvType) {
        return new TorchKernels(model, Devices.cpu(), ElementType.F32, kvType, Optional.empty());
    }
}
