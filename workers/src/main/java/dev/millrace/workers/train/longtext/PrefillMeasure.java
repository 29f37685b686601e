package dev.millrace.workers.train.longtext;

import dev.millrace.workers.text.kernels.DecoderKernels.Step;
import dev.millrace.workers.text.kernels.Logits;
import dev.millrace.workers.text.kv.KvCache;
import dev.millrace.workers.text.kv.chunk.ChunkSettings;
import dev.millrace.workers.text.kv.chunk.Chunks;
import dev.millrace.workers.train.chronicle.corpus.Chronicle;
import dev.millrace.workers.train.chronicle.corpus.ChronicleDocument;
import dev.millrace.workers.train.chronicle.corpus.Form;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How long a prompt takes to read, seeing everything and selecting for each block, and how many
 * questions are answered after either; the answers themselves are decoded as {@link Arm#BEST} does.
 */
final class PrefillMeasure {
    private static final int ROOM = 256;

    private final Bench bench;
    private final int mostOfPrompt;
    private final Chronicle chronicle = new Chronicle();

    /**
     * @param mostOfPrompt chunks that a block selects
     */
    PrefillMeasure(Bench bench, int mostOfPrompt) {
        this.bench = bench;
        this.mostOfPrompt = mostOfPrompt;
    }

    /** {@code dense.seconds}, {@code sparse.seconds}, {@code dense.right}, ..., {@code asked}. */
    Map<String, Double> measure(int length, int seed, int most) {
        var document = chronicle.longDocument(seed, length, NeedleMeasure.questions(length));
        var figures = new LinkedHashMap<String, Double>();
        figures.put("asked", (double) Math.min(most, document.needles().size()));
        measure("dense", ChunkSettings.BEST, document, most, figures);
        var sparse = ChunkSettings.BEST.withMostOfPrompt(mostOfPrompt);
        measure("sparse", sparse, document, most, figures);
        return figures;
    }

    private void measure(
            String name,
            ChunkSettings settings,
            ChronicleDocument document,
            int most,
            Map<String, Double> figures) {
        int[] tokens = NeedleMeasure.tokens(chronicle, document);
        var adapters = bench.of(Arm.Adapters.OURS);
        var logits = new Logits();
        try (var cache =
                bench.selectingReader()
                        .newKvStore(Long.MAX_VALUE)
                        .allocateForgetting(tokens.length + ROOM, ROOM)
                        .orElseThrow()) {
            var chunks = new Chunks(settings, adapters.width(), adapters.weights());
            cache.selectWith(chunks);
            long began = System.nanoTime();
            read(cache, tokens, logits);
            figures.put(name + ".seconds", (System.nanoTime() - began) / 1e9);
            int right = 0;
            for (var needle :
                    document.needles().subList(0, Math.min(most, document.needles().size()))) {
                var exchange = chronicle.exchange(needle.question(), Form.CHAT);
                var mark = chunks.mark();
                read(cache, exchange.prompt(), logits);
                right += isRight(cache, exchange.answer(), logits) ? 1 : 0;
                chunks.backTo(mark);
                cache.forgetFrom(chunks.length());
            }
            figures.put(name + ".right", (double) right);
        }
    }

    private void read(KvCache cache, int[] tokens, Logits logits) {
        for (int from = 0; from < tokens.length; from += ReadText.BLOCK) {
            int to = Math.min(tokens.length, from + ReadText.BLOCK);
            bench.selectingReader().prefill(cache, Arrays.copyOfRange(tokens, from, to), logits);
        }
    }

    private boolean isRight(KvCache cache, int[] answer, Logits logits) {
        for (int token : answer) {
            if (NeedleMeasure.likeliest(logits.row(0)) != token) {
                return false;
            }
            bench.decoder(Arm.Adapters.OURS).decode(List.of(new Step(cache, token)), logits);
        }
        return true;
    }
}
