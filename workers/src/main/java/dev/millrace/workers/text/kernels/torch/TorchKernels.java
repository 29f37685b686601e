package dev.millrace.workers.text.kernels.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Script;
import dev.millrace.workers.tensor.Tensors;
import dev.millrace.workers.tensor.Torch;
import dev.millrace.workers.text.kernels.Activations;
import dev.millrace.workers.text.kernels.DecoderKernels;
import dev.millrace.workers.text.kernels.Logits;
import dev.millrace.workers.text.kernels.Positions;
import dev.millrace.workers.text.kernels.SharedWeights;
import dev.millrace.workers.text.kernels.torch.DecoderScript.Types;
import dev.millrace.workers.text.kv.KvCache;
import dev.millrace.workers.text.kv.KvLayout;
import dev.millrace.workers.text.kv.KvStore;
import dev.millrace.workers.text.kv.chunk.Candidates;
import dev.millrace.workers.text.kv.chunk.ChunkAdapters;
import dev.millrace.workers.text.kv.chunk.Chunks;
import dev.millrace.workers.text.model.DecoderConfig;
import dev.millrace.workers.text.model.ModelDirectory;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A decoder whose every step is one call of a {@link DecoderScript}. */
public final class TorchKernels implements DecoderKernels, SharedWeights {
    private final NDManager manager;
    private final Tensors tensors;
    private final DecoderConfig config;
    private final ElementType kvType;
    private final Script script;
    private final TorchWeights loaded;
    private final NDList weights;
    private final NDList adapters;

    /**
     * Copies the weights to the device in the type to compute with, f32 or bf16; the folder may be
     * closed then.
     */
    public TorchKernels(ModelDirectory model, Devices.Choice device, ElementType type) {
        this(model, device, type, Optional.empty());
    }

    /**
     * The same, for sequences that select what they attend to as well: these it can prefill.
     *
     * @param adapters what they select with
     */
    public TorchKernels(
            ModelDirectory model,
            Devices.Choice device,
            ElementType type,
            Optional<ChunkAdapters> adapters) {
        this(model, device, type, type, adapters);
    }

    /**
     * The same, with keys and values in another type than what is computed with them.
     *
     * @param kvType F32, BF16 or I8
     */
    public TorchKernels(
            ModelDirectory model,
            Devices.Choice device,
            ElementType type,
            ElementType kvType,
            Optional<ChunkAdapters> adapters) {
        if (type != ElementType.F32 && type != ElementType.BF16) {
            throw new IllegalArgumentException("decoders compute in F32 or BF16, not in " + type);
        }
        var text = DecoderScript.of(model.config(), new Types(type, kvType), adapters);
        this.manager = Torch.newScope(device);
        this.tensors = new Tensors(manager);
        this.config = model.config();
        this.kvType = kvType;
        this.script = Script.compile(manager, text);
        this.adapters = AdapterScript.tensors(manager, config, adapters);
        this.loaded = new TorchWeights(manager, tensors, model, type);
        this.weights = loaded.load();
    }

    @Override
    public KvStore newKvStore(long limitBytes) {
        return new KvStore(manager, tensors, KvLayout.of(config, kvType), limitBytes);
    }

    @Override
    public void prefill(KvCache sequence, int[] tokens, Logits logits) {
        if (sequence.chunks().isPresent()) {
            prefill(sequence, sequence.chunks().get(), tokens, logits);
            return;
        }
        int first = sequence.take(tokens.length);
        try (var scope = manager.newSubManager()) {
            var turns = Positions.from(scope, config, first, tokens.length);
            var row =
                    script.call(
                            scope,
                            "prefill",
                            scope.create(tokens),
                            weights,
                            caches(List.of(new Step(sequence, 0))),
                            turns.cosines(),
                            turns.sines(),
                            first);
            logits.fill(1, config.vocabulary(), Tensors.memory(onHost(row)));
        }
    }

    private void prefill(KvCache sequence, Chunks chunks, int[] tokens, Logits logits) {
        if (adapters.isEmpty()) {
            throw new IllegalStateException("the model has no adapters to select with");
        }
        int first = sequence.take(tokens.length);
        try (var scope = manager.newSubManager()) {
            var turns = Positions.from(scope, config, first, tokens.length);
            var arguments =
                    new ArrayList<Object>(
                            List.of(
                                    scope.create(tokens),
                                    weights,
                                    caches(List.of(new Step(sequence, 0))),
                                    turns.cosines(),
                                    turns.sines(),
                                    first,
                                    adapters));
            var candidates = chunks.candidates();
            candidates.ifPresent(some -> arguments.addAll(selecting(scope, some)));
            var told =
                    script.callForList(
                            scope,
                            candidates.isPresent() ? "prefill_selecting" : "prefill_adapted",
                            arguments.toArray());
            logits.fill(1, config.vocabulary(), Tensors.memory(onHost(told.get(0))));
            float[] boundaries = told.get(1).toFloatArray();
            float[] keys = told.get(2).toFloatArray();
            int width = keys.length / tokens.length;
            for (int i = 0; i < tokens.length; i++) {
                chunks.appendPrompt(
                        boundaries[i], Arrays.copyOfRange(keys, i * width, (i + 1) * width));
            }
            chunks.select(told.get(3).toFloatArray());
        }
    }

    /** The chunks of all scorers of a layer are one tensor, [scorers, width, chunks]. */
    private List<Object> selecting(NDManager scope, Candidates candidates) {
        int layers = (adapters.size() - 2) / 2;
        int scorers = candidates.keys().size() / layers;
        int chunks = candidates.chunks();
        int size = candidates.keys().getFirst().length;
        var index = new NDList();
        for (int layer = 0; layer < layers; layer++) {
            float[] keys = new float[scorers * size];
            for (int i = 0; i < scorers; i++) {
                float[] some = candidates.keys().get(layer * scorers + i);
                System.arraycopy(some, 0, keys, i * size, size);
            }
            index.add(Tensors.floats(scope, keys, scorers, size / chunks, chunks));
        }
        return List.of(
                index,
                Tensors.floats(scope, candidates.bias(), chunks),
                scope.create(candidates.chunkOf()),
                candidates.from(),
                candidates.most());
    }

    @Override
    public void decode(List<Step> batch, Logits logits) {
        long[] positions = batch.stream().mapToLong(step -> step.sequence().take(1)).toArray();
        int[] tokens = batch.stream().mapToInt(Step::token).toArray();
        try (var scope = manager.newSubManager()) {
            var turns = Positions.of(scope, config, positions);
            var rows =
                    script.call(
                            scope,
                            "decode",
                            scope.create(tokens),
                            weights,
                            caches(batch),
                            turns.cosines(),
                            turns.sines(),
                            positions);
            logits.fill(batch.size(), config.vocabulary(), Tensors.memory(onHost(rows)));
        }
    }

    @Override
    public Activations trace(KvCache sequence, int[] tokens) {
        int first = sequence.take(tokens.length);
        try (var scope = manager.newSubManager()) {
            var turns = Positions.from(scope, config, first, tokens.length);
            var seen =
                    script
                            .callForList(
                                    scope,
                                    "trace",
                                    scope.create(tokens),
                                    weights,
                                    caches(List.of(new Step(sequence, 0))),
                                    turns.cosines(),
                                    turns.sines(),
                                    first)
                            .stream()
                            .map(NDArray::toFloatArray)
                            .toList();
            int layers = config.layers();
            return new Activations(
                    seen.getFirst(),
                    seen.subList(1, 1 + layers),
                    seen.get(1 + layers),
                    seen.get(2 + layers));
        }
    }

    /**
     * What one layer computes from a text.
     *
     * @param query as attention takes it, of the rows that were asked for, [rows, heads, headDim]
     * @param key as attention takes it, of all tokens, [tokens, kvHeads, headDim]
     * @param plainQuery before rotation, [rows, queryWidth]
     * @param plainKey before rotation, [tokens, kvWidth]
     */
    public record Layer(NDArray query, NDArray key, NDArray plainQuery, NDArray plainKey) {}

    /**
     * What adapters are trained with.
     *
     * @param detected the residual stream after the layer that boundaries are detected on, [tokens,
     *     hidden]
     * @param layers those that the adapters name
     */
    public record Observed(NDArray detected, List<Layer> layers) {
        public Observed {
            layers = List.copyOf(layers);
        }
    }

    /** Computes a text from its beginning in one block and shows it; all lives in {@code scope}. */
    public Observed observe(NDManager scope, int[] tokens, int... rows) {
        var store = newKvStore(Long.MAX_VALUE);
        try (var sequence = store.allocate(tokens.length).orElseThrow()) {
            int first = sequence.take(tokens.length);
            var turns = Positions.from(scope, config, first, tokens.length);
            var seen =
                    script.callForList(
                            scope,
                            "observe",
                            scope.create(tokens),
                            weights,
                            caches(List.of(new Step(sequence, 0))),
                            turns.cosines(),
                            turns.sines(),
                            scope.create(rows));
            var layers = new ArrayList<Layer>();
            for (int i = 0; i + 4 < seen.size(); i += 4) {
                layers.add(
                        new Layer(seen.get(i), seen.get(i + 1), seen.get(i + 2), seen.get(i + 3)));
            }
            return new Observed(seen.getLast(), layers);
        }
    }

    /** Layer by layer: every sequence's keys, then every sequence's values. */
    private NDList caches(List<Step> batch) {
        var list = new NDList(2 * config.layers() * batch.size());
        for (int layer = 0; layer < config.layers(); layer++) {
            for (var step : batch) {
                list.add(step.sequence().keys(layer));
            }
            for (var step : batch) {
                list.add(step.sequence().values(layer));
            }
        }
        return list;
    }

    private static NDArray onHost(NDArray tensor) {
        return tensor.getDevice().equals(Device.cpu())
                ? tensor
                : tensor.toDevice(Device.cpu(), true);
    }

    @Override
    public Optional<MemorySegment> matrix(String name, ElementType as) {
        return loaded.matrix(name, as);
    }

    /** Native arrays that are alive outside the sequences' caches: the weights, between calls. */
    public int liveArrays() {
        return manager.getManagedArrays().size();
    }

    /** Where everything lives that these kernels make. */
    NDManager scope() {
        return manager;
    }

    @Override
    public void close() {
        manager.close();
    }
}
