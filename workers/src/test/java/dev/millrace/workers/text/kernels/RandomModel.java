package dev.millrace.workers.text.kernels;

import dev.millrace.workers.tensor.ConfigJson;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Generator;
import dev.millrace.workers.tensor.SafetensorsWriter;
import dev.millrace.workers.text.Decoders;
import dev.millrace.workers.text.model.DecoderTensors;
import dev.millrace.workers.text.model.ModelDirectory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Writes folders of models with random sizes and weights; a function of the seed. */
public final class RandomModel {
    private RandomModel() {}

    /** A folder with configuration and weights, without a tokenizer. */
    public static ModelDirectory in(Path folder, long seed, ElementType type) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("config.json"), config(new Dice(seed)));
        writeWeights(folder, seed, type);
        return ModelDirectory.open(folder, Decoders.ALL);
    }

    private static String config(Dice dice) {
        int kvHeads = dice.of(1, 2, 3);
        int heads = kvHeads * dice.of(1, 2, 4);
        int headDim = dice.of(4, 8, 10);
        var type = dice.of("llama", "qwen2", "qwen3", "hybrid_llama");
        int layers = dice.of(1, 2, 3);
        return """
        {"model_type": "%s", "num_hidden_layers": %d, "hidden_size": %d, "num_attention_heads": %d,
         "num_key_value_heads": %d, "head_dim": %d, "intermediate_size": %d, "vocab_size": %d,
         "rms_norm_eps": 1e-5, "rope_theta": %d, "max_position_embeddings": 512,
         "attention_bias": %b, "tie_word_embeddings": %b, "eos_token_id": 1%s}
        """
                .formatted(
                        type,
                        layers,
                        dice.of(8, 24, 32),
                        heads,
                        kvHeads,
                        headDim,
                        dice.of(16, 40),
                        dice.of(31, 64),
                        dice.of(100, 10_000),
                        dice.of(true, false),
                        dice.of(true, false),
                        type.equals("hybrid_llama") ? sights(dice, layers) : "");
    }

    private static String sights(Dice dice, int layers) {
        var types = new ArrayList<String>();
        var turned = new ArrayList<Integer>();
        for (int layer = 0; layer < layers; layer++) {
            types.add(dice.of("\"full_attention\"", "\"sliding_attention\""));
            turned.add(dice.of(0, 1));
        }
        var keys =
                ", \"layer_types\": %s, \"no_rope_layers\": %s, \"sliding_window\": %d"
                        .formatted(types, turned, dice.of(1, 5, 9));
        return keys + dice.of("", ", \"attention_log_scale_from\": 4");
    }

    private static void writeWeights(Path folder, long seed, ElementType type) throws IOException {
        var json = ConfigJson.read(folder.resolve("config.json"));
        var architecture =
                Decoders.ALL.stream()
                        .filter(candidate -> candidate.modelType().equals(json.text("model_type")))
                        .findFirst()
                        .orElseThrow();
        var writer = new SafetensorsWriter();
        int lane = 0;
        for (var tensor : architecture.tensors(architecture.configure(json)).all()) {
            writer.add(tensor.name(), type, values(tensor, seed, lane++), tensor.shapeArray());
        }
        writer.writeTo(folder.resolve("model.safetensors"));
    }

    private static float[] values(DecoderTensors.Tensor tensor, long seed, int lane) {
        long size = tensor.shape().stream().reduce(1L, (a, b) -> a * b);
        double scale = 1 / Math.sqrt(tensor.shape().getLast());
        boolean isNorm = tensor.name().contains("norm");
        var values = new float[Math.toIntExact(size)];
        for (int i = 0; i < values.length; i++) {
            double normal = new Generator(seed).normal(i, lane);
            values[i] = (float) (isNorm ? 1 + 0.1 * normal : 1.5 * scale * normal);
        }
        return values;
    }

    /** Choices that depend on the seed alone. */
    public static final class Dice {
        private final Generator generator;
        private long throwsMade;

        public Dice(long seed) {
            this.generator = new Generator(seed ^ 0xd1ceL);
        }

        @SafeVarargs
        public final <T> T of(T... choices) {
            return choices[(int) (generator.uniform(throwsMade++, 0) * choices.length)];
        }

        public List<Integer> tokens(int count, int vocabulary) {
            var tokens = new ArrayList<Integer>();
            for (int i = 0; i < count; i++) {
                tokens.add((int) (generator.uniform(throwsMade++, 0) * vocabulary));
            }
            return tokens;
        }
    }
}
