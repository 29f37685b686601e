package dev.millrace.bench.weights;

import dev.millrace.bench.weights.LlamaTensor.Kind;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A Llama decoder as llama.cpp reads it.
 *
 * <p>llama.cpp turns the pairs (2i, 2i+1) of a head where Hugging Face's layout turns (i, i +
 * headDim/2), so the rows of the query and key matrices change places. Norms stay f32. There is no
 * tokenizer: the vocabulary is announced as {@code none}, and tokens go in as numbers.
 */
final class GgufModel {
    private GgufModel() {}

    static void write(Shape shape, GgufType type, Path file) throws IOException {
        write(shape, LlamaTensors.of(shape), type, file);
    }

    private static void write(Shape shape, List<LlamaTensor> tensors, GgufType type, Path file)
            throws IOException {
        var writer = metadata(shape);
        for (var tensor : tensors) {
            writer.tensor(
                    tensor.ggufName(),
                    tensor.kind() == Kind.NORM ? GgufType.F32 : type,
                    tensor.rows(),
                    tensor.columns(),
                    () -> values(tensor));
        }
        writer.writeTo(file);
    }

    private static GgufWriter metadata(Shape shape) {
        return new GgufWriter()
                .text("general.architecture", "llama")
                .text("general.name", "random-" + shape.name())
                .number("llama.context_length", Shape.MAX_POSITIONS)
                .number("llama.embedding_length", shape.hidden())
                .number("llama.block_count", shape.layers())
                .number("llama.feed_forward_length", shape.feedForward())
                .number("llama.attention.head_count", shape.heads())
                .number("llama.attention.head_count_kv", shape.kvHeads())
                .real("llama.attention.layer_norm_rms_epsilon", Shape.EPSILON)
                .real("llama.rope.freq_base", Shape.ROPE_THETA)
                .number("llama.rope.dimension_count", shape.headDim())
                .number("llama.vocab_size", shape.vocabulary())
                .text("tokenizer.ggml.model", "none");
    }

    private static float[] values(LlamaTensor tensor) {
        float[] values = RandomWeights.of(tensor);
        return tensor.rotatedHeads() == 0
                ? values
                : interleaved(values, tensor.rotatedHeads(), tensor.columns());
    }

    /**
     * Rows (i, i + half) of each head become rows (2i, 2i + 1).
     *
     * @param values [heads, headDim, columns]
     */
    static float[] interleaved(float[] values, int heads, int columns) {
        int rows = values.length / columns;
        int headDim = rows / heads;
        int half = headDim / 2;
        var result = new float[values.length];
        for (int row = 0; row < rows; row++) {
            int inHead = row % headDim;
            int to = row - inHead + inHead % half * 2 + inHead / half;
            System.arraycopy(values, row * columns, result, to * columns, columns);
        }
        return result;
    }
}
