package dev.millrace.workers.train.sampling;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.millrace.workers.image.flow.Guidance;
import dev.millrace.workers.image.flow.Inversion;
import dev.millrace.workers.image.flow.Inversion.Run;
import dev.millrace.workers.image.flow.Patches;
import dev.millrace.workers.image.flow.tarflow.Kernels;
import dev.millrace.workers.image.flow.tarflow.TarFlow;
import dev.millrace.workers.image.flow.tarflow.TarFlowConfig;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Safetensors;
import dev.millrace.workers.tensor.SafetensorsWriter;
import dev.millrace.workers.tensor.Script;
import dev.millrace.workers.tensor.Torch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** One block of the published models' shape: a token, sweeps, and the machine's own limits. */
final class PublishedMeasure {
    static final int BLOCKS = 8;
    static final int TOKENS = 1024;
    static final int SAMPLED = 64;
    static final List<Integer> WIDTHS = List.of(16, 32, 64, 128);

    private static final int WIDTH = 1024;
    private static final int LAYERS = 8;
    private static final TarFlowConfig CONFIG =
            new TarFlowConfig(new Patches(128, 3, 4), WIDTH, 1, LAYERS, 64, 0, List.of(), 0.05);
    private static final int REPEATS = 3;

    private static final String LIMITS =
            """
            def low(self: __torch__.M, x: Tensor) -> Tensor:
              return torch.to(x, 15)
            def multiply(self: __torch__.M, x: Tensor, w: Tensor, n: int) -> Tensor:
              y = torch.linear(x, w)
              for i in range(n - 1):
                y = torch.linear(x, w)
              return torch.to(torch.sum(y), 6)
            def read(self: __torch__.M, x: Tensor, n: int) -> Tensor:
              y = torch.sum(x)
              for i in range(n - 1):
                y = torch.sum(x)
              return y
            """;

    private final ImageBench.Options options;

    PublishedMeasure(ImageBench.Options options) {
        this.options = options;
    }

    /** Weights of a block's matrices. */
    static double weights() {
        return 12.0 * WIDTH * WIDTH * LAYERS;
    }

    /**
     * {@code token_ms}, {@code sweep_COUNT_ms}, {@code gemm_gflops} and {@code read_gbps}: the best
     * of a few.
     */
    Map<String, Double> measure() {
        var figures = new LinkedHashMap<String, Double>();
        limits(figures);
        try (var model = model()) {
            var noise = new float[model.patches().values()];
            int[] label = {-1};
            try (var inversion = model.invert(noise, label, Guidance.NONE)) {
                inversion.enter(0);
                inversion.sweep(new Run(0, 1, 0, TOKENS - 1), 3);
                figures.put("token_ms", token(inversion));
                for (int width : WIDTHS) {
                    figures.put("sweep_" + width + "_ms", sweep(inversion, TOKENS / 2, width));
                }
                figures.put("sweep_1023_ms", sweep(inversion, 0, TOKENS - 1));
            }
        }
        return figures;
    }

    private double token(Inversion inversion) {
        int sampled = options.many(SAMPLED, SAMPLED / 4);
        return best(() -> {
            inversion.advance(new Run(0, 1, TOKENS / 2, sampled));
            inversion.picture(0);
        })
                / sampled;
    }

    private double sweep(Inversion inversion, int first, int count) {
        return best(() -> inversion.sweep(new Run(0, 1, first, count), 3));
    }

    private double best(Runnable action) {
        double best = Double.MAX_VALUE;
        for (int i = 0; i < REPEATS; i++) {
            long began = System.nanoTime();
            action.run();
            best = Math.min(best, (System.nanoTime() - began) / 1e6);
        }
        return best;
    }

    private void limits(Map<String, Double> figures) {
        int rows = 256;
        int repeats = options.device().isCpu() ? 4 : 2000;
        long memory = options.device().isCpu() ? 1L << 27 : 1L << 29;
        try (var manager = Torch.newScope(options.device());
                var script = Script.compile(manager, LIMITS)) {
            var x = low(script, manager, rows, WIDTH);
            var w = low(script, manager, 4L * WIDTH, WIDTH);
            double multiply =
                    best(() -> script.call(manager, "multiply", x, w, repeats).toFloatArray());
            figures.put("gemm_gflops", 2.0 * rows * 4 * WIDTH * WIDTH * repeats / multiply / 1e6);
            var all = manager.ones(new Shape(memory));
            double read = best(() -> script.call(manager, "read", all, repeats).toFloatArray());
            figures.put("read_gbps", 4.0 * memory * repeats / read / 1e6);
        }
    }

    private static NDArray low(Script script, NDManager manager, long rows, long columns) {
        return script.call(manager, "low", manager.ones(new Shape(rows, columns)));
    }

    /** Random weights, small enough that nothing grows. */
    private TarFlow model() {
        try {
            var folder = Files.createTempDirectory("published-shape");
            var file = folder.resolve("model.safetensors");
            try {
                write(file);
                try (var files = Safetensors.open(folder)) {
                    return new TarFlow(
                            CONFIG, files, options.device(), ElementType.BF16, Kernels.SCRIPT);
                }
            } finally {
                Files.deleteIfExists(file);
                Files.delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write random weights", e);
        }
    }

    private static void write(Path file) throws IOException {
        var random = new SplittableRandom(1);
        var writer = new SafetensorsWriter();
        for (var weight : CONFIG.block(0).entrySet()) {
            long size = 1;
            for (long extent : weight.getValue()) {
                size *= extent;
            }
            var values = new float[Math.toIntExact(size)];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (0.02 * (random.nextDouble() - 0.5));
            }
            writer.add(weight.getKey(), ElementType.BF16, values, weight.getValue());
        }
        writer.writeTo(file);
    }
}
