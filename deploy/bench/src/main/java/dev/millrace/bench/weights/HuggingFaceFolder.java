package dev.millrace.bench.weights;

import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.SafetensorsWriter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** A Llama decoder in f32 as Hugging Face's files, with the least tokenizer that Jlama accepts. */
final class HuggingFaceFolder {
    private static final String TOKENIZER =
            """
            {"version": "1.0", "added_tokens": [],
             "model": {"type": "BPE", "vocab": {"<s>": 0, "</s>": 1}, "merges": []}}
            """;

    private HuggingFaceFolder() {}

    static void write(Shape shape, Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("config.json"), config(shape));
        Files.writeString(folder.resolve("tokenizer.json"), TOKENIZER);
        var writer = new SafetensorsWriter();
        for (var tensor : LlamaTensors.of(shape)) {
            writer.add(tensor.name(), ElementType.F32, RandomWeights.of(tensor), tensor.shape());
        }
        writer.writeTo(folder.resolve("model.safetensors"));
    }

    private static String config(Shape shape) {
        return String.format(
                Locale.ROOT,
                """
                {"architectures": ["LlamaForCausalLM"], "model_type": "llama",
                 "num_hidden_layers": %d, "hidden_size": %d, "num_attention_heads": %d,
                 "num_key_value_heads": %d, "intermediate_size": %d, "vocab_size": %d,
                 "rms_norm_eps": %s, "rope_theta": %.1f, "max_position_embeddings": %d,
                 "hidden_act": "silu", "attention_bias": false, "tie_word_embeddings": true,
                 "torch_dtype": "float32", "bos_token_id": 0, "eos_token_id": 1}
                """,
                shape.layers(),
                shape.hidden(),
                shape.heads(),
                shape.kvHeads(),
                shape.feedForward(),
                shape.vocabulary(),
                Shape.EPSILON,
                Shape.ROPE_THETA,
                Shape.MAX_POSITIONS);
    }
}
