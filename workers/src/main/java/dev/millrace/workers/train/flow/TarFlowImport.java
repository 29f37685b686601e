package dev.millrace.workers.train.flow;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

import dev.millrace.workers.image.flow.Patches;
import dev.millrace.workers.image.flow.tarflow.TarFlowConfig;
import dev.millrace.workers.tensor.BadModelException;
import dev.millrace.workers.tensor.SafetensorsWriter;
import dev.millrace.workers.tensor.checkpoint.StateDict;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Turns a checkpoint of the official code (a state dict in a {@code .pth} file) into a folder that
 * a worker serves. What the tensors' shapes do not tell has to be said.
 *
 * @param channels of the pictures
 * @param headWidth of an attention head; the published models have 64
 * @param noise standard deviation of what was added to the pictures in training
 * @param classNames one per class, or none
 */
public record TarFlowImport(int channels, int headWidth, double noise, List<String> classNames) {
    /** As the official code calls its files: patch, width, blocks, layers, noise. */
    private static final Pattern NAME =
            Pattern.compile(".*_model_\\d+_\\d+_\\d+_\\d+_(\\d+\\.\\d+)\\.pth");

    private static final String MASK = ".attn_mask";
    private static final String VARIANCE = "var";
    private static final Pattern BLOCK = Pattern.compile("blocks\\.(\\d{1,4})\\..*");
    private static final Pattern LAYER =
            Pattern.compile("blocks\\.0\\.attn_blocks\\.(\\d{1,4})\\..*");

    public TarFlowImport {
        classNames = List.copyOf(classNames);
    }

    /** The noise that a published file has in its name; -1 if it has none. */
    public static double noiseIn(Path file) {
        var name = NAME.matcher(String.valueOf(file.getFileName()));
        return name.matches() ? Double.parseDouble(name.group(1)) : -1;
    }

    /**
     * Writes the folder; the weights come last, so that a folder with weights is whole.
     *
     * @param id what the model is registered as
     * @throws BadModelException if the file is no checkpoint of a TarFlow
     */
    public TarFlowConfig run(Path file, Path folder, String id) throws IOException {
        try (var checkpoint = StateDict.open(file)) {
            var config = config(file, checkpoint.shapes());
            var names = check(file, config, checkpoint.shapes());
            Files.createDirectories(folder);
            write(folder.resolve(TarFlowConfig.FILE), config.json());
            write(folder.resolve("millrace.json"), Map.of("kind", "image", "id", id));
            var writer = new SafetensorsWriter().metadata(Map.of("format", "pt"));
            for (var name : names) {
                add(writer, checkpoint, name);
            }
            writer.writeTo(folder.resolve("model.safetensors"));
            return config;
        }
    }

    private static void add(SafetensorsWriter writer, StateDict checkpoint, String name) {
        long[] shape = shape(checkpoint.shape(name));
        var type = checkpoint.type(name);
        long size = type.bytes();
        for (long extent : shape) {
            size = Math.multiplyExact(size, extent);
        }
        writer.add(name, type, size, () -> checkpoint.bytes(name), shape);
    }

    private static long[] shape(List<Long> extents) {
        return extents.stream().mapToLong(Long::longValue).toArray();
    }

    private static void write(Path file, Map<String, ?> json) throws IOException {
        var writer = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
        Files.writeString(file, writer.writeValueAsString(json) + "\n");
    }

    /** What the shapes tell. */
    private TarFlowConfig config(Path file, Map<String, List<Long>> shapes) {
        var position = shape(file, shapes, "blocks.0.pos_embed", 2);
        var input = shape(file, shapes, "blocks.0.proj_in.weight", 2);
        int grid = root(file, "tokens", position.get(0));
        int patch = root(file, "values of a token and channel", input.get(1) / channels);
        int classes =
                shapes.containsKey(TarFlowConfig.classEmbedding(0))
                        ? Math.toIntExact(
                                shape(file, shapes, TarFlowConfig.classEmbedding(0), 3).get(0))
                        : 0;
        try {
            return new TarFlowConfig(
                    new Patches(grid * patch, channels, patch),
                    Math.toIntExact(position.get(1)),
                    count(BLOCK, shapes),
                    count(LAYER, shapes),
                    headWidth,
                    classes,
                    classNames,
                    noise);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new BadModelException(file, "is no TarFlow: " + e.getMessage(), e);
        }
    }

    private static List<Long> shape(
            Path file, Map<String, List<Long>> shapes, String name, int rank) {
        var shape = shapes.get(name);
        if (shape == null || shape.size() != rank) {
            throw new BadModelException(
                    file,
                    "is no TarFlow: %s must be a tensor with %d dimensions, was %s"
                            .formatted(name, rank, shape == null ? "missing" : shape));
        }
        return shape;
    }

    private static int root(Path file, String what, long square) {
        long root = Math.round(Math.sqrt((double) square));
        if (root < 1 || root > 1 << 12 || root * root != square) {
            throw new BadModelException(
                    file,
                    "is no TarFlow of square pictures: the number of %s must be a square, was %d"
                            .formatted(what, square));
        }
        return Math.toIntExact(root);
    }

    private static int count(Pattern numbered, Map<String, List<Long>> shapes) {
        return shapes.keySet().stream()
                .map(numbered::matcher)
                .filter(Matcher::matches)
                .mapToInt(matcher -> Integer.parseInt(matcher.group(1)) + 1)
                .max()
                .orElse(0);
    }

    /** The tensors of a folder in its order; the file must have these and may have masks. */
    private static List<String> check(
            Path file, TarFlowConfig config, Map<String, List<Long>> shapes) {
        var expected = expected(config);
        expected.forEach((name, shape) -> {
            var actual = shapes.get(name);
            boolean isOptional = name.equals(VARIANCE) && actual == null;
            if (!isOptional && !shape.equals(actual)) {
                throw new BadModelException(
                        file,
                        "tensor %s must have shape %s, %s"
                                .formatted(
                                        name,
                                        shape,
                                        actual == null ? "is missing" : "has " + actual));
            }
        });
        var names = new ArrayList<String>();
        for (var name : shapes.keySet()) {
            if (expected.containsKey(name)) {
                names.add(name);
            } else if (!name.endsWith(MASK)) {
                throw new BadModelException(file, "tensor " + name + " is none of a TarFlow");
            }
        }
        return names;
    }

    private static Map<String, List<Long>> expected(TarFlowConfig config) {
        Map<String, List<Long>> shapes = new LinkedHashMap<>();
        shapes.put(
                VARIANCE,
                List.of((long) config.patches().tokens(), (long) config.patches().tokenWidth()));
        for (int block = 0; block < config.blocks(); block++) {
            config.block(block).forEach((name, shape) -> shapes.put(name, list(shape)));
            if (config.classes() > 0) {
                shapes.put(
                        TarFlowConfig.classEmbedding(block),
                        List.of((long) config.classes(), 1L, (long) config.width()));
            }
        }
        return shapes;
    }

    private static List<Long> list(long... values) {
        return Arrays.stream(values).boxed().toList();
    }
}
