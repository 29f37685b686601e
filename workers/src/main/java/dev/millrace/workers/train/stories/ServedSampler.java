package dev.millrace.workers.train.stories;

import dev.millrace.workers.tensor.BadModelException;
import dev.millrace.workers.tensor.ConfigJson;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Generator;
import dev.millrace.workers.text.Decoders;
import dev.millrace.workers.text.kernels.DecoderKernels.Step;
import dev.millrace.workers.text.kernels.Logits;
import dev.millrace.workers.text.kernels.vector.VectorKernels;
import dev.millrace.workers.text.kernels.vector.WeightType;
import dev.millrace.workers.text.kv.KvCache;
import dev.millrace.workers.text.kv.Look;
import dev.millrace.workers.text.kv.eco.EcoHashes;
import dev.millrace.workers.text.kv.eco.Tailing;
import dev.millrace.workers.text.model.ModelDirectory;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Continues prompts with the kernels that serve, in f32, one prompt after another. */
final class ServedSampler implements AutoCloseable {
    private final VectorKernels kernels;
    private final Look look;
    private final int end;
    private final double temperature;
    private final int vocabulary;
    private final Logits logits = new Logits();

    private ServedSampler(ModelDirectory model, Look look, int end, double temperature) {
        this.kernels = new VectorKernels(model, WeightType.F32, ElementType.F32);
        this.look = look;
        this.end = end;
        this.temperature = temperature;
        this.vocabulary = model.config().vocabulary();
    }

    /**
     * Opens the model of a folder.
     *
     * @param hasTails whether tokens see tails of what has left the window, or everything
     * @param end the token that ends a text
     */
    static ServedSampler open(Path folder, boolean hasTails, int end, double temperature) {
        try (var model = ModelDirectory.open(folder, Decoders.ALL)) {
            Look look = hasTails ? new Look.Tailed(tailing(model)) : new Look.Whole();
            return new ServedSampler(model, look, end, temperature);
        }
    }

    private static Tailing tailing(ModelDirectory model) {
        var manifest = ConfigJson.readIfPresent(model.path().resolve("millrace.json"));
        return Tailing.readIfPresent(model, manifest)
                .orElseThrow(() ->
                        new BadModelException(
                                model.path().resolve(EcoHashes.FILE),
                                "is not there; `millrace train eco` makes it"));
    }

    /**
     * Prompts and what follows them: at most {@code tokens} more ids each, the end token left out.
     */
    List<List<Integer>> continued(List<List<Integer>> prompts, int tokens, long seed) {
        var generator = new Generator(seed);
        var all = new ArrayList<List<Integer>>();
        for (int i = 0; i < prompts.size(); i++) {
            all.add(continued(prompts.get(i), tokens, generator, i));
        }
        return all;
    }

    private List<Integer> continued(
            List<Integer> prompt, int tokens, Generator generator, int row) {
        var text = new ArrayList<>(prompt);
        try (var cache = cache(prompt.size() + tokens)) {
            kernels.prefill(cache, prompt.stream().mapToInt(id -> id).toArray(), logits);
            while (true) {
                double uniform = generator.uniform(text.size() - 1, row);
                int next = StorySampler.draw(logits.row(0), 0, vocabulary, temperature, uniform);
                if (next == end) {
                    return text;
                }
                text.add(next);
                if (text.size() == prompt.size() + tokens) {
                    return text;
                }
                kernels.decode(List.of(new Step(cache, next)), logits);
            }
        }
    }

    private KvCache cache(int tokens) {
        return look.take(kernels.newKvStore(Long.MAX_VALUE), tokens).orElseThrow();
    }

    @Override
    public void close() {
        kernels.close();
    }
}
