package dev.millrace.workers.segment.zip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.millrace.workers.segment.mask.Connectivity;
import dev.millrace.workers.segment.mask.Mask;
import dev.millrace.workers.tensor.Safetensors;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** One case: a scene's features and tokens, and what the released code makes of them. */
final class ZipCase implements AutoCloseable {
    final Safetensors inputs;
    final Safetensors expected;
    private final JsonNode facts;

    /**
     * @param name the path of its files without what tells them apart
     */
    ZipCase(Path name) {
        inputs = Safetensors.open(Path.of(name + "_inputs.safetensors"));
        expected = Safetensors.open(Path.of(name + "_expected.safetensors"));
        try {
            facts = new ObjectMapper().readTree(Path.of(name + ".json").toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    double number(String key) {
        assertThat(facts.has(key)).as(key).isTrue();
        return facts.get(key).asDouble();
    }

    int integer(String key) {
        return (int) number(key);
    }

    int imageHeight() {
        return facts.get("image_wh").get(1).asInt();
    }

    int imageWidth() {
        return facts.get("image_wh").get(0).asInt();
    }

    int height() {
        return facts.get("grid_hw").get(0).asInt();
    }

    int width() {
        return facts.get("grid_hw").get(1).asInt();
    }

    ZipSettings settings() {
        return new ZipSettings(
                List.of(integer("k")),
                new ActivationCut.OfMean(number("activation_factor")),
                new BoundaryRule.Cut(number("gain_threshold"), number("loss_threshold")),
                true,
                Connectivity.FOUR,
                integer("min_component_area"),
                0,
                Splitting.NONE,
                Prompting.PUBLISHED);
    }

    Features features() {
        var shape = inputs.entry("feature_chw").shape();
        return new Features(
                Math.toIntExact(shape.get(0)),
                Math.toIntExact(shape.get(1)),
                Math.toIntExact(shape.get(2)),
                inputs.floats("feature_chw"));
    }

    /**
     * Products of the tokens with the class less the empty class; each channel is divided by its
     * norm over the tokens, the first of which is dropped afterwards.
     */
    float[] similarities() {
        var text = inputs.floats("text_features");
        var empty = inputs.floats("redundant_features");
        var tokens = inputs.floats("image_tokens");
        int channels = text.length;
        var similarities = new double[tokens.length / channels];
        for (int channel = 0; channel < channels; channel++) {
            double square = 0;
            for (int at = channel; at < tokens.length; at += channels) {
                square += (double) tokens[at] * tokens[at];
            }
            double weight = (text[channel] - empty[channel]) / Math.sqrt(square);
            for (int token = 0; token < similarities.length; token++) {
                similarities[token] += weight * tokens[token * channels + channel];
            }
        }
        var kept = new float[similarities.length - 1];
        for (int i = 0; i < kept.length; i++) {
            kept[i] = (float) similarities[i + 1];
        }
        return kept;
    }

    ActivationMap map() {
        var similarities = similarities();
        int side = (int) Math.sqrt(similarities.length);
        return ActivationMap.of(similarities, side, side, imageHeight(), imageWidth());
    }

    ActivationMap expectedMap() {
        return new ActivationMap(imageHeight(), imageWidth(), floats("similarity_map_hw"));
    }

    Mask expectedActive() {
        return mask("activation_on_cluster_grid", height(), width());
    }

    Clustering expectedClustering() {
        int[] labels = integers("kmeans.final_labels_1based");
        return new Clustering(
                height(),
                width(),
                IntStream.of(labels).map(label -> label - 1).toArray(),
                new float[integer("k")][1],
                1);
    }

    /** What is found from the released code's own clusters and activation. */
    Discovery discovery() {
        return Discovery.of(
                List.of(new Fragments(expectedClustering(), Connectivity.FOUR)),
                expectedActive(),
                settings());
    }

    Mask mask(String key, int height, int width) {
        int[] bits = integers(key);
        assertThat(bits).as(key).hasSize(height * width).containsOnly(0, 1);
        return Mask.of(height, width, at -> bits[at] == 1);
    }

    float[] floats(String key) {
        return expected.floats(key);
    }

    int[] integers(String key) {
        return LongStream.of(expected.longs(key)).mapToInt(Math::toIntExact).toArray();
    }

    void assertClose(String key, float[] actual, double tolerance) {
        float[] values = floats(key);
        assertThat(actual).as(key).hasSameSizeAs(values);
        for (int i = 0; i < actual.length; i++) {
            assertThat((double) actual[i])
                    .as("%s, value %d", key, i)
                    .isCloseTo(values[i], within(tolerance));
        }
    }

    @Override
    public void close() {
        inputs.close();
        expected.close();
    }
}
