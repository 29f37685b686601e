package dev.millrace.system;

import com.fasterxml.jackson.databind.ObjectMapper;

import dev.millrace.workers.segment.clip.ClipConfig;
import dev.millrace.workers.segment.clip.ClipConfig.Activation;
import dev.millrace.workers.segment.clip.ClipConfig.Tower;
import dev.millrace.workers.segment.clip.ResNetConfig;
import dev.millrace.workers.segment.sam.SamConfig;
import dev.millrace.workers.segment.sam.SamWeights;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.SafetensorsWriter;
import dev.millrace.workers.tensor.WeightTable;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

import javax.imageio.ImageIO;

/**
 * A folder with small networks of random weights: their masks show nothing, but they are found, and
 * the same ones each time.
 */
final class TinyZip {
    static final String ID = "scenes";

    private static final ClipConfig CLIP =
            new ClipConfig(
                    16,
                    2.6592,
                    new ClipConfig.Text(tower(1), 12, 16, 10, 11),
                    new ClipConfig.Vision(tower(2), 3, 32, 8));
    private static final ResNetConfig TRUNK =
            new ResNetConfig(
                    8, List.of(1, 1), List.of(1, 2), true, new ResNetConfig.Head(0, 0, 0), 1e-5);
    private static final SamConfig SAM =
            new SamConfig(
                    new SamConfig.Vision(32, 16, 64, 2, 2, 3, 64, 8, 3, List.of(1), 1e-6),
                    new SamConfig.Prompts(16, 1e-6),
                    new SamConfig.Decoder(32, 2, 2, 2, 3, 3, 16, 1e-6));

    private static final String MANIFEST =
            """
            {"kind": "segment", "id": "%s", "classes": ["ball", "leaf"],
             "recipe": {"clip_side": 32, "surgery_depth": 1, "boundaries": "trunk", "trunk_side": 128,
              "clusters": [4, 6], "min_cells": 4, "min_stability": 0, "min_active": 0, "min_overlap": 0, "presence": {"least": 0}}}
            """
                    .formatted(ID);

    private static final String TOKENIZER =
            """
            {"version": "1.0", "normalizer": {"type": "Lowercase"},
             "pre_tokenizer": {"type": "Whitespace"},
             "post_processor": {"type": "TemplateProcessing",
              "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}},
               {"Sequence": {"id": "A", "type_id": 0}},
               {"SpecialToken": {"id": "</s>", "type_id": 0}}],
              "pair": [{"Sequence": {"id": "A", "type_id": 0}},
               {"Sequence": {"id": "B", "type_id": 1}}],
              "special_tokens": {
               "<s>": {"id": "<s>", "ids": [10], "tokens": ["<s>"]},
               "</s>": {"id": "</s>", "ids": [11], "tokens": ["</s>"]}}},
             "model": {"type": "WordLevel", "unk_token": "<unk>",
              "vocab": {"<unk>": 0, "a": 1, "photo": 2, "of": 3, "ball": 4, "leaf": 5,
               "<s>": 10, "</s>": 11}}}
            """;

    private TinyZip() {}

    private static Tower tower(int layers) {
        return new Tower(16, 32, layers, 2, Activation.QUICK_GELU, 1e-5);
    }

    static Path write(Path folder) {
        try {
            write(folder.resolve("clip"), CLIP.json(), CLIP.weights());
            write(folder.resolve("trunk"), TRUNK.json(), TRUNK.weights());
            write(folder.resolve("sam"), SAM.json(), SamWeights.of(SAM));
            Files.writeString(folder.resolve("clip/tokenizer.json"), TOKENIZER);
            Files.writeString(folder.resolve("millrace.json"), MANIFEST);
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path folder, Map<String, Object> config, WeightTable weights)
            throws IOException {
        Files.createDirectories(folder);
        Files.writeString(
                folder.resolve("config.json"), new ObjectMapper().writeValueAsString(config));
        var writer = new SafetensorsWriter();
        var random = new SplittableRandom(3);
        for (var weight : weights.all()) {
            writer.add(weight.name(), ElementType.F32, values(weight, random), weight.shapeArray());
        }
        writer.writeTo(folder.resolve("model.safetensors"));
    }

    private static float[] values(WeightTable.Weight weight, SplittableRandom random) {
        int size = 1;
        for (long extent : weight.shape()) {
            size = Math.multiplyExact(size, Math.toIntExact(extent));
        }
        boolean isScale = weight.name().endsWith("norm.weight") || weight.shape().size() == 1;
        var values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) ((isScale ? 0.5 : 0) + 0.3 * random.nextGaussian());
            values[i] = isScale ? Math.abs(values[i]) : values[i]; // variances are not negative
        }
        return values;
    }

    /** A picture with some things in it, as a PNG. */
    static byte[] picture() {
        var image = new BufferedImage(96, 72, BufferedImage.TYPE_INT_RGB);
        var random = new SplittableRandom(9);
        for (int i = 0; i < 96 * 72; i++) {
            image.setRGB(i % 96, i / 96, random.nextInt(0x303030));
        }
        var graphics = image.createGraphics();
        graphics.setColor(Color.RED);
        graphics.fillOval(8, 8, 30, 30);
        graphics.setColor(Color.GREEN);
        graphics.fillRect(50, 12, 28, 40);
        graphics.setColor(Color.ORANGE);
        graphics.fillOval(14, 44, 40, 20);
        graphics.dispose();
        var bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
