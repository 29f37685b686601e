package dev.millrace.workers.train.longtext;

import dev.millrace.workers.text.kernels.DecoderKernels.Step;
import dev.millrace.workers.text.kernels.Logits;
import dev.millrace.workers.text.kv.chunk.ChunkSettings;
import dev.millrace.workers.text.kv.chunk.Chunks;
import dev.millrace.workers.train.bench.ResidentMemory;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** How the process grows while it does one job after another, of mixed lengths. */
final class MemoryMeasure {
    private static final int LONGEST = 16_384;
    private static final int ANSWER = 16;

    private final Bench bench;

    MemoryMeasure(Bench bench) {
        this.bench = bench;
    }

    /**
     * {@code rss_mib} after the first jobs, {@code growth_pct} of it until the last one, and {@code
     * arrays_grown}: native arrays that are alive then and were not before.
     */
    Map<String, Double> measure(int first, int then) {
        var random = new SplittableRandom(1);
        for (int i = 0; i < first; i++) {
            job(random);
        }
        double before = ResidentMemory.mebibytes();
        int arrays = bench.selectingReader().liveArrays();
        for (int i = 0; i < then; i++) {
            job(random);
        }
        var figures = new LinkedHashMap<String, Double>();
        figures.put("rss_mib", before);
        figures.put("growth_pct", 100 * (ResidentMemory.mebibytes() / before - 1));
        figures.put("arrays_grown", (double) bench.selectingReader().liveArrays() - arrays);
        return figures;
    }

    private void job(SplittableRandom random) {
        int length = (int) Math.exp(random.nextDouble(Math.log(64), Math.log(LONGEST)));
        int vocabulary = bench.model().config().vocabulary();
        var adapters = bench.of(Arm.Adapters.OURS);
        var reader = bench.selectingReader();
        var logits = new Logits();
        try (var cache =
                reader.newKvStore(Long.MAX_VALUE).allocate(length + ANSWER).orElseThrow()) {
            cache.selectWith(new Chunks(ChunkSettings.BEST, adapters.width(), adapters.weights()));
            for (int from = 0; from < length; from += ReadText.BLOCK) {
                int count = Math.min(ReadText.BLOCK, length - from);
                reader.prefill(cache, random.ints(count, 0, vocabulary).toArray(), logits);
            }
            for (int i = 0; i < ANSWER; i++) {
                var step = new Step(cache, random.nextInt(vocabulary));
                bench.decoder(Arm.Adapters.OURS).decode(List.of(step), logits);
            }
        }
    }
}
