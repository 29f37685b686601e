package dev.millrace.workers.text.kernels;

import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.SafetensorsWriter;
import dev.millrace.workers.text.kv.eco.EcoHashes;
import dev.millrace.workers.text.model.DecoderConfig;

import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;

/** Writes hashes that have learned nothing, for all layers that see everything. */
public final class RandomHashes {
    public static final int BITS = 11;
    public static final int ANCHORS = 9;

    private RandomHashes() {}

    /** For a decoder of this shape, into its folder. */
    public static EcoHashes in(Path folder, DecoderConfig config) throws IOException {
        return in(folder, config, BITS);
    }

    /** With codes of so many bits. */
    public static EcoHashes in(Path folder, DecoderConfig config, int bits) throws IOException {
        return in(folder, config, bits, 0);
    }

    /** With so many tables of half a code's bits each. */
    public static EcoHashes in(Path folder, DecoderConfig config, int bits, int tables)
            throws IOException {
        return in(folder, config, bits, tables, RandomHashes::addAnchors);
    }

    /** The same with planes. */
    public static EcoHashes planesIn(Path folder, DecoderConfig config, int bits, int tables)
            throws IOException {
        return in(folder, config, bits, tables, RandomHashes::addPlanes);
    }

    /** How a layer's codes are made. */
    private interface Kind {
        void add(
                SafetensorsWriter writer,
                int layer,
                SplittableRandom random,
                DecoderConfig config,
                int bits);
    }

    private static EcoHashes in(Path folder, DecoderConfig config, int bits, int tables, Kind kind)
            throws IOException {
        var random = new SplittableRandom(bits);
        var writer = new SafetensorsWriter();
        for (int layer = 0; layer < config.layers(); layer++) {
            if (!config.sights().get(layer).isWindowed()) {
                kind.add(writer, layer, random, config, bits);
                writer.add(
                        EcoHashes.name(layer, "gate"),
                        ElementType.F32,
                        uniform(random, -4, 1, config.heads()),
                        config.heads());
                if (tables > 0) {
                    addTables(writer, layer, tables, bits);
                }
            }
        }
        var file = folder.resolve(EcoHashes.FILE);
        writer.writeTo(file);
        return EcoHashes.read(file, config);
    }

    private static void addAnchors(
            SafetensorsWriter writer,
            int layer,
            SplittableRandom random,
            DecoderConfig config,
            int bits) {
        int kvHeads = config.kvHeads();
        add(writer, layer, "anchors", random, kvHeads, ANCHORS, config.headDim());
        add(writer, layer, "vectors", random, kvHeads, bits, ANCHORS);
        writer.add(
                EcoHashes.name(layer, "mean"),
                ElementType.F32,
                uniform(random, 0.2, 0.6, kvHeads * ANCHORS),
                kvHeads,
                ANCHORS);
        writer.add(
                EcoHashes.name(layer, "sigma"),
                ElementType.F32,
                uniform(random, 1, 3, kvHeads),
                kvHeads);
    }

    private static void addPlanes(
            SafetensorsWriter writer,
            int layer,
            SplittableRandom random,
            DecoderConfig config,
            int bits) {
        add(writer, layer, "key_planes", random, config.kvHeads(), bits, config.headDim());
        add(writer, layer, "query_planes", random, config.heads(), bits, config.headDim());
    }

    private static void addTables(SafetensorsWriter writer, int layer, int tables, int bits) {
        var chosen = new float[tables * bits];
        for (int i = 0; i < chosen.length; i++) {
            chosen[i] = (i / bits + i % bits) % 2;
        }
        writer.add(EcoHashes.name(layer, "tables"), ElementType.F32, chosen, tables, bits);
        writer.add(EcoHashes.name(layer, "buckets"), ElementType.F32, new float[] {16}, 1);
    }

    private static void add(
            SafetensorsWriter writer,
            int layer,
            String part,
            SplittableRandom random,
            long... shape) {
        int size = (int) (shape[0] * shape[1] * shape[2]);
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) (0.5 * random.nextGaussian());
        }
        writer.add(EcoHashes.name(layer, part), ElementType.F32, values, shape);
    }

    private static float[] uniform(SplittableRandom random, double from, double to, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextDouble(from, to);
        }
        return values;
    }
}
