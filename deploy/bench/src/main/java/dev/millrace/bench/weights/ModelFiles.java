package dev.millrace.bench.weights;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a shape's files lie; written when they are first asked for.
 *
 * @param root a folder of the bench's own, with a folder for each shape
 */
public record ModelFiles(Path root) {
    /** The Hugging Face folder: configuration, tokenizer, f32 weights. */
    public Path folder(Shape shape) throws IOException {
        var folder = root.resolve(shape.name()).resolve("hf");
        if (!Files.exists(folder.resolve("model.safetensors"))) {
            HuggingFaceFolder.write(shape, folder);
        }
        return folder;
    }

    /** The GGUF file whose matrices are rounded to {@code precision}. */
    public Path gguf(Shape shape, Precision precision) throws IOException {
        var file = root.resolve(shape.name()).resolve(precision.word() + ".gguf");
        if (!Files.exists(file)) {
            Files.createDirectories(file.getParent());
            GgufModel.write(shape, precision.gguf(), file);
        }
        return file;
    }
}
