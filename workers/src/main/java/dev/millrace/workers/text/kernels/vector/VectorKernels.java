package dev.millrace.workers.text.kernels.vector;

import ai.djl.ndarray.NDManager;

import dev.millrace.workers.energy.Meters;
import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Tensors;
import dev.millrace.workers.tensor.Torch;
import dev.millrace.workers.text.kernels.Activations;
import dev.millrace.workers.text.kernels.DecoderKernels;
import dev.millrace.workers.text.kernels.Logits;
import dev.millrace.workers.text.kernels.SharedWeights;
import dev.millrace.workers.text.kv.KvCache;
import dev.millrace.workers.text.kv.KvLayout;
import dev.millrace.workers.text.kv.KvStore;
import dev.millrace.workers.text.kv.chunk.Candidates;
import dev.millrace.workers.text.kv.chunk.ChunkAdapters;
import dev.millrace.workers.text.kv.chunk.Chunks;
import dev.millrace.workers.text.model.DecoderConfig;
import dev.millrace.workers.text.model.ModelDirectory;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A decoder computed by the Java Vector API. Prefill goes the same way as decoding, a few tokens at
 * a time; so a token's numbers depend on its own sequence alone, whatever is computed beside it and
 * however it came.
 */
public final class VectorKernels implements DecoderKernels {
    /** Tokens of a prompt that share one reading of the weights. */
    private static final int PREFILL_ROWS = 32;

    private final NDManager manager;
    private final Arena arena;
    private final Tensors tensors;
    private final DecoderConfig config;
    private final VectorWeights weights;
    private final ElementType kvType;
    private final CachedAttention attention;
    private final Optional<Adapting> adapting;
    private final Sights sights;
    private final RowMath math;
    private Rows rows;

    /**
     * Copies the weights into {@code type}; the folder may be closed then.
     *
     * @param kvType of the keys and values it keeps: F32, BF16 or I8
     */
    public VectorKernels(ModelDirectory model, WeightType type, ElementType kvType) {
        this(model, type, kvType, SharedWeights.NONE, Optional.empty());
    }

    /**
     * The same, but for weights that are {@code shared}: these are not copied.
     *
     * @param adapters for sequences that select what they attend to
     */
    public VectorKernels(
            ModelDirectory model,
            WeightType type,
            ElementType kvType,
            SharedWeights shared,
            Optional<ChunkAdapters> adapters) {
        this(model, type, kvType, shared, adapters, Meters.NONE);
    }

    /** Tells what it computes; of what sequences select with, nothing. */
    public VectorKernels(ModelDirectory model, WeightType type, ElementType kvType, Meters meters) {
        this(model, type, kvType, SharedWeights.NONE, Optional.empty(), meters);
    }

    @SuppressWarnings("MustBeClosedChecker") // closed with these kernels
    private VectorKernels(
            ModelDirectory model,
            WeightType type,
            ElementType kvType,
            SharedWeights shared,
            Optional<ChunkAdapters> adapters,
            Meters meters) {
        this.manager = Torch.newScope(Devices.cpu());
        this.arena = Arena.ofShared();
        this.tensors = new Tensors(manager);
        this.config = model.config();
        this.weights = VectorWeights.load(manager, arena, model, type, shared);
        this.kvType = kvType;
        this.attention = new CachedAttention(config, kvType, meters.attention());
        this.adapting = adapters.map(some -> new Adapting(arena, config, some));
        this.sights = new Sights(config, adapting);
        this.math = new RowMath(config, meters.rest());
        this.rows = new Rows(config, 1);
    }

    /** Bytes of weights that one step reads, however many sequences it is for. */
    public long bytesPerStep() {
        return weights.bytesPerToken();
    }

    @Override
    public KvStore newKvStore(long limitBytes) {
        return new KvStore(manager, tensors, KvLayout.of(config, kvType), limitBytes);
    }

    @Override
    public void decode(List<Step> batch, Logits logits) {
        var places = batch.stream().map(Place::next).toList();
        run(places, sights.selected(), () -> {});
        finish(rows.stream, places.size());
        for (int i = 0; i < places.size(); i++) {
            logits.set(i, places.size(), rows.logits, i * config.vocabulary(), config.vocabulary());
            int row = i;
            var chunks = places.get(i).sequence().chunks();
            chunks.ifPresent(some -> {
                var adapted = adapted();
                some.append(adapted.boundary(row), adapted.keys(row), adapted.queries(row));
            });
        }
    }

    @Override
    public void prefill(KvCache sequence, int[] tokens, Logits logits) {
        for (int from = 0; from < tokens.length; from += PREFILL_ROWS) {
            var block =
                    Arrays.copyOfRange(tokens, from, Math.min(tokens.length, from + PREFILL_ROWS));
            var candidates = sequence.chunks().flatMap(Chunks::candidates);
            int start = sequence.length();
            run(places(sequence, block), seeing(candidates, start, block.length), () -> {});
            sequence.chunks().ifPresent(chunks -> takeOver(chunks, block.length));
        }
        int last = (tokens.length - 1) % PREFILL_ROWS;
        sequence.chunks().ifPresent(chunks -> chunks.select(adapted().queries(last)));
        System.arraycopy(rows.stream, last * config.hidden(), rows.stream, 0, config.hidden());
        finish(rows.stream, 1);
        logits.set(0, 1, rows.logits, 0, config.vocabulary());
    }

    private Seeing seeing(Optional<Candidates> candidates, int start, int count) {
        return candidates
                .<Seeing>map(some -> new PromptSight(config, adapted(), some, start, count))
                .orElse(sights.everything());
    }

    private void takeOver(Chunks chunks, int count) {
        var adapted = adapted();
        for (int row = 0; row < count; row++) {
            chunks.appendPrompt(adapted.boundary(row), adapted.keys(row));
        }
    }

    private Adapting adapted() {
        return adapting.orElseThrow(
                () -> new IllegalStateException("the model has no adapters to select with"));
    }

    @Override
    public Activations trace(KvCache sequence, int[] tokens) {
        var streams = new ArrayList<float[]>();
        int size = tokens.length * config.hidden();
        run(
                places(sequence, tokens),
                sights.everything(),
                () -> streams.add(Arrays.copyOf(rows.stream, size)));
        finish(rows.stream, tokens.length);
        return new Activations(
                streams.getFirst(),
                streams.subList(1, streams.size()),
                Arrays.copyOf(rows.normed, size),
                Arrays.copyOf(rows.logits, tokens.length * config.vocabulary()));
    }

    private static List<Place> places(KvCache sequence, int... tokens) {
        return IntStream.of(tokens).mapToObj(token -> Place.of(sequence, token)).toList();
    }

    /**
     * The residual stream of each place after all layers, in {@code rows.stream} [places, hidden].
     *
     * @param afterEach called with the stream before the first layer and after each
     */
    private void run(List<Place> places, Seeing seeing, Runnable afterEach) {
        int count = places.size();
        if (rows.capacity < count) {
            rows = new Rows(config, count);
        }
        for (int row = 0; row < count; row++) {
            math.begin(weights.embedding(), places.get(row), rows, row);
        }
        adapting.ifPresent(adapted -> adapted.begin(count));
        afterEach.run();
        for (int layer = 0; layer < config.layers(); layer++) {
            attend(layer, places, seeing);
            math.feedForward(weights.layers().get(layer), rows, count);
            afterEach.run();
            if (adapting.isPresent()) {
                adapting.get().after(layer, rows.stream, count);
            }
        }
    }

    private void attend(int index, List<Place> places, Seeing seeing) {
        var layer = weights.layers().get(index);
        int count = places.size();
        math.prepare(layer, rows, count);
        adapting.ifPresent(adapted -> adapted.projected(index, rows.query, rows.key, count));
        for (int row = 0; row < count; row++) {
            attention.prepare(index, places.get(row), rows, row);
        }
        if (config.sights().get(index).isRotated()) {
            math.rotate(rows, count);
        }
        if (layer.logScale().length > 0) {
            math.logScale(config.sights().get(index), places, layer.logScale(), rows);
        }
        for (int row = 0; row < count; row++) {
            attention.attend(index, places.get(row), seeing, rows, row);
        }
        math.addOutput(layer, rows, count);
    }

    private void finish(float[] stream, int count) {
        math.finish(weights, rows, stream, count);
    }

    @Override
    public void close() {
        arena.close();
        manager.close();
    }
}
