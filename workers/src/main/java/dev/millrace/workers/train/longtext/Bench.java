package dev.millrace.workers.train.longtext;

import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.text.kernels.DecoderKernels;
import dev.millrace.workers.text.kernels.torch.TorchKernels;
import dev.millrace.workers.text.kernels.vector.VectorKernels;
import dev.millrace.workers.text.kernels.vector.WeightType;
import dev.millrace.workers.text.kv.chunk.ChunkAdapters;
import dev.millrace.workers.text.kv.chunk.ChunkAdapters.Layer;
import dev.millrace.workers.text.model.DecoderConfig;
import dev.millrace.workers.text.model.ModelDirectory;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;

/** The model's kernels: one that reads texts for all, and for each way of scoring one to decode. */
final class Bench implements AutoCloseable {
    private final ModelDirectory model;
    private final Map<Arm.Adapters, ChunkAdapters> adapters = new EnumMap<>(Arm.Adapters.class);
    private final Map<Arm.Adapters, DecoderKernels> decoders = new EnumMap<>(Arm.Adapters.class);
    private final TorchKernels reader;
    private final TorchKernels selectingReader;
    private final DecoderKernels watcher;

    /**
     * Opens all kernels.
     *
     * @param paper adapters taught as published
     */
    Bench(ModelDirectory model, Path paper) {
        this.model = model;
        var config = model.config();
        adapters.put(
                Arm.Adapters.OURS,
                ChunkAdapters.read(model.path().resolve(ChunkAdapters.FILE), config));
        adapters.put(Arm.Adapters.PAPER, ChunkAdapters.read(paper, config));
        this.reader = torch(joined());
        this.selectingReader = torch(of(Arm.Adapters.OURS));
        for (var kind : Arm.Adapters.values()) {
            decoders.put(kind, vector(of(kind)));
        }
        this.watcher = vector(watching(config, of(Arm.Adapters.OURS)));
    }

    private TorchKernels torch(ChunkAdapters some) {
        return new TorchKernels(model, Devices.cpu(), ElementType.F32, Optional.of(some));
    }

    private DecoderKernels vector(ChunkAdapters some) {
        return new VectorKernels(
                model, WeightType.BF16, ElementType.F32, reader, Optional.of(some));
    }

    ModelDirectory model() {
        return model;
    }

    /** Reads texts; what it adapts is {@link #joined} together. */
    TorchKernels reader() {
        return reader;
    }

    /** Reads texts with our adapters alone, and may select on the way. */
    TorchKernels selectingReader() {
        return selectingReader;
    }

    DecoderKernels decoder(Arm.Adapters kind) {
        return require(decoders, kind);
    }

    ChunkAdapters of(Arm.Adapters kind) {
        return require(adapters, kind);
    }

    /** Decodes, and shows each layer's queries as they are. */
    DecoderKernels watcher() {
        return watcher;
    }

    private static <V> V require(Map<Arm.Adapters, V> map, Arm.Adapters kind) {
        var value = map.get(kind);
        if (value == null) {
            throw new IllegalStateException("none for " + kind);
        }
        return value;
    }

    /**
     * Where an adapters' part of {@link #joined} vectors lies.
     *
     * @param layers that score
     * @param scorers of all of them
     */
    record Part(Slice queries, Slice keys, int width, int layers, int scorers) {}

    /** Some of the numbers that stand for each layer in a vector. */
    record Slice(int from, int width, int joinedWidth) {
        /** Those numbers, layer by layer. */
        float[] of(float... joined) {
            int layers = joined.length / joinedWidth;
            float[] part = new float[layers * width];
            for (int layer = 0; layer < layers; layer++) {
                System.arraycopy(joined, layer * joinedWidth + from, part, layer * width, width);
            }
            return part;
        }
    }

    Part part(Arm.Adapters kind) {
        return new Part(
                slice(kind, this::queryWidth),
                slice(kind, this::keyWidth),
                of(kind).width(),
                of(kind).layers().size(),
                of(kind).weights().length);
    }

    private Slice slice(Arm.Adapters kind, ToIntFunction<Arm.Adapters> widths) {
        int from = 0;
        int width = 0;
        for (var each : Arm.Adapters.values()) {
            from += each.compareTo(kind) < 0 ? widths.applyAsInt(each) : 0;
            width += widths.applyAsInt(each);
        }
        return new Slice(from, widths.applyAsInt(kind), width);
    }

    private int queryWidth(Arm.Adapters kind) {
        return of(kind).scorersPerLayer() * of(kind).width();
    }

    private int keyWidth(Arm.Adapters kind) {
        var some = of(kind);
        return some.jointKey(some.layers().getFirst(), model.config()).length
                / model.config().kvWidth();
    }

    /** One map whose vectors are those of all adapters, one after the other. */
    private ChunkAdapters joined() {
        var ours = of(Arm.Adapters.OURS);
        int width = 0;
        for (var kind : Arm.Adapters.values()) {
            width += queryWidth(kind);
        }
        var layers = new ArrayList<Layer>();
        for (int i = 0; i < ours.layers().size(); i++) {
            var queries = new ArrayList<float[]>();
            var keys = new ArrayList<float[]>();
            for (var kind : Arm.Adapters.values()) {
                var some = of(kind);
                queries.add(some.jointQuery(some.layers().get(i)));
                keys.add(some.jointKey(some.layers().get(i), model.config()));
            }
            int index = ours.layers().get(i).index();
            layers.add(new Layer(index, concatenated(queries), concatenated(keys), new float[1]));
        }
        return new ChunkAdapters(ours.boundaryLayer(), ours.boundary(), ours.bias(), width, layers);
    }

    private static float[] concatenated(List<float[]> parts) {
        float[] all = new float[parts.stream().mapToInt(part -> part.length).sum()];
        int at = 0;
        for (float[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }

    private static ChunkAdapters watching(DecoderConfig config, ChunkAdapters ours) {
        int width = config.queryWidth();
        float[] same = new float[width * width];
        for (int i = 0; i < width; i++) {
            same[i * width + i] = 1;
        }
        float[] nothing = new float[width * config.kvWidth()];
        var layers =
                ours.layers().stream()
                        .map(layer -> new Layer(layer.index(), same, nothing, new float[1]))
                        .toList();
        return new ChunkAdapters(ours.boundaryLayer(), ours.boundary(), ours.bias(), width, layers);
    }

    @Override
    public void close() {
        watcher.close();
        decoders.values().forEach(DecoderKernels::close);
        selectingReader.close();
        reader.close();
    }
}
