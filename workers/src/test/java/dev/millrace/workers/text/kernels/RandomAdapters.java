package dev.millrace.workers.text.kernels;

import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.SafetensorsWriter;
import dev.millrace.workers.text.kv.chunk.ChunkAdapters;
import dev.millrace.workers.text.kv.chunk.ChunkSettings;
import dev.millrace.workers.text.kv.chunk.ChunkSettings.Keys;
import dev.millrace.workers.text.model.DecoderConfig;

import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;

/** Writes chunk adapters that have learned nothing: about every other token ends a sentence. */
public final class RandomAdapters {
    private static final int WIDTH = 4;

    private RandomAdapters() {}

    /** For a decoder of this shape, into its folder, for the usual keys. */
    public static void in(Path folder, DecoderConfig config) throws IOException {
        in(folder, config, ChunkSettings.BEST.keys());
    }

    /** For keys of this kind. */
    public static void in(Path folder, DecoderConfig config, Keys keys) throws IOException {
        var random = new SplittableRandom(8);
        var writer =
                new SafetensorsWriter()
                        .add(
                                "boundary.weight",
                                ElementType.F32,
                                normals(random, config.hidden()),
                                1,
                                config.hidden())
                        .add("boundary.bias", ElementType.F32, new float[1], 1);
        for (int layer = 0; layer < config.layers(); layer++) {
            add(writer, layer, "query.weight", random, WIDTH, config.queryWidth());
            add(writer, layer, "key.weight", random, keys.parts() * WIDTH, config.kvWidth());
            writer.add("layers." + layer + ".weight", ElementType.F32, new float[] {1 + layer}, 1);
        }
        writer.writeTo(folder.resolve(ChunkAdapters.FILE));
    }

    private static void add(
            SafetensorsWriter writer,
            int layer,
            String part,
            SplittableRandom random,
            int rows,
            int inputs) {
        writer.add(
                "layers." + layer + "." + part,
                ElementType.F32,
                normals(random, rows * inputs),
                rows,
                inputs);
    }

    private static float[] normals(SplittableRandom random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
