package dev.millrace.workers.train.segmenting;

import com.fasterxml.jackson.databind.json.JsonMapper;

import dev.millrace.workers.segment.sam.SamWeights;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.SafetensorsWriter;
import dev.millrace.workers.tensor.WeightTable;
import dev.millrace.workers.tensor.WeightTable.Weight;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.SplittableRandom;

/** Networks of random weights in a temporary folder, which is deleted when this is closed. */
final class RandomFolder implements AutoCloseable {
    private static final String CLIP = "clip";
    private static final String TOKENIZER = "tokenizer.json";

    private final Path path;

    /**
     * Writes CLIP and SAM.
     *
     * @param model whose tokenizer is used
     */
    RandomFolder(PublishedShapes shapes, Path model) {
        try {
            this.path = Files.createTempDirectory("published-shapes");
            write(CLIP, shapes.clip().weights(), shapes.clip().json());
            Files.copy(
                    model.resolve(CLIP).resolve(TOKENIZER), path.resolve(CLIP).resolve(TOKENIZER));
            write("sam", SamWeights.of(shapes.sam()), shapes.sam().json());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write random weights", e);
        }
    }

    Path path() {
        return path;
    }

    /** Adds the residual network. */
    void addTrunk(PublishedShapes shapes) {
        try {
            write("trunk", shapes.trunk().weights(), shapes.trunk().json());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write random weights", e);
        }
    }

    private void write(String name, WeightTable table, Map<String, Object> config)
            throws IOException {
        var folder = Files.createDirectory(path.resolve(name));
        var writer = new SafetensorsWriter();
        for (var weight : table.all()) {
            long size = count(weight) * ElementType.BF16.bytes();
            var shape = weight.shapeArray();
            writer.add(weight.name(), ElementType.BF16, size, () -> values(weight), shape);
        }
        writer.writeTo(folder.resolve("model.safetensors"));
        Files.writeString(
                folder.resolve("config.json"), new JsonMapper().writeValueAsString(config));
    }

    private static long count(Weight weight) {
        return weight.shape().stream().reduce(1L, Math::multiplyExact);
    }

    /** Of a size at which no layer's output vanishes or grows much; norms are near one. */
    private static MemorySegment values(Weight weight) {
        int count = Math.toIntExact(count(weight));
        long first = weight.shape().isEmpty() ? 1 : weight.shape().getFirst();
        double range = weight.isInner() ? Math.sqrt(3.0 * first / count) : 0.1;
        boolean isScale = weight.name().matches(".*(norm|bn|downsample\\.1).*(weight|running_var)");
        var random = new SplittableRandom(weight.name().hashCode());
        var values = MemorySegment.ofArray(new byte[count * ElementType.BF16.bytes()]);
        for (int i = 0; i < count; i++) {
            double value = range * (2 * random.nextDouble() - 1);
            ElementType.BF16.put(values, i, (float) (isScale ? 1 + value : value));
        }
        return values;
    }

    @Override
    public void close() {
        try (var all = Files.walk(path)) {
            for (var each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + path, e);
        }
    }
}
