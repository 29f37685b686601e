package dev.millrace.bench.arms.llamacpp;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.millrace.bench.arms.Arm;
import dev.millrace.bench.arms.Job;
import dev.millrace.bench.arms.Refusal;
import dev.millrace.bench.arms.llamacpp.LlamaLibrary.ContextParams;
import dev.millrace.bench.weights.Precision;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * llama.cpp on one thread. Keys and values are f32 beside f32 weights and f16 otherwise. All
 * sequences share one cache, as they do in this version: each token is scored against all its cells
 * and those of other sequences are masked.
 */
public final class LlamaCppArm implements Arm {
    private static final int TYPE_F32 = 0;
    private static final int TYPE_F16 = 1;

    /** It holds its cells in multiples of this. */
    private static final int CELLS = 256;

    private static final int MOST_BATCH = 32;

    private final Arena arena;
    private final LlamaLibrary library;
    private final int batchSize;
    private final int vocabulary;
    private final MemorySegment model;
    private final MemorySegment context;
    private final MemorySegment batch;
    private final MemorySegment tokens;
    private final MemorySegment positions;
    private final String detail;
    private int length;

    @SuppressWarnings("MustBeClosedChecker") // closed with this
    private LlamaCppArm(Job job, LlamaLibrary library) throws Refusal, IOException {
        this.arena = Arena.ofConfined();
        this.library = library;
        this.batchSize = job.batch();
        this.vocabulary = job.shape().vocabulary();
        this.model = model(job);
        boolean isF32 = job.precision() == Precision.F32;
        this.context = context(job, isF32 ? TYPE_F32 : TYPE_F16);
        this.tokens = arena.allocate(JAVA_INT, batchSize);
        this.positions = arena.allocate(JAVA_INT, batchSize);
        this.batch = batch();
        this.detail =
                "de.kherud:llama 4.2.0, avx512="
                        + library.uses("avx512")
                        + " amx="
                        + library.uses("amx_int8")
                        + ", kv "
                        + (isF32 ? "F32" : "F16")
                        + (isFlash(job) ? ", flash attention" : "");
    }

    /**
     * Loads the GGUF file of the job.
     *
     * @throws Refusal if the native library does not load here or does not take the file
     */
    public static LlamaCppArm open(Job job) throws Refusal, IOException {
        return new LlamaCppArm(job, LlamaLibrary.load());
    }

    private MemorySegment model(Job job) throws Refusal, IOException {
        var file = job.files().gguf(job.shape(), job.precision());
        var loaded =
                (MemorySegment)
                        LlamaLibrary.call(
                                library.loadModel,
                                arena.allocateFrom(file.toString()),
                                library.modelParams(arena));
        if (loaded.equals(MemorySegment.NULL)) {
            throw new Refusal("llama.cpp does not take " + file.getFileName());
        }
        return loaded;
    }

    private MemorySegment context(Job job, int kvType) throws Refusal {
        var params = library.contextParams(arena);
        int cells = (batchSize * job.capacity() + CELLS - 1) / CELLS * CELLS;
        params.set(JAVA_INT, ContextParams.N_CTX, cells);
        params.set(JAVA_INT, ContextParams.N_BATCH, MOST_BATCH);
        params.set(JAVA_INT, ContextParams.N_UBATCH, MOST_BATCH);
        params.set(JAVA_INT, ContextParams.N_SEQ_MAX, batchSize);
        params.set(JAVA_INT, ContextParams.N_THREADS, 1);
        params.set(JAVA_INT, ContextParams.N_THREADS_BATCH, 1);
        params.set(JAVA_INT, ContextParams.TYPE_K, kvType);
        params.set(JAVA_INT, ContextParams.TYPE_V, kvType);
        params.set(JAVA_BYTE, ContextParams.FLASH_ATTENTION, (byte) (isFlash(job) ? 1 : 0));
        var made = (MemorySegment) LlamaLibrary.call(library.newContext, model, params);
        if (made.equals(MemorySegment.NULL)) {
            throw new Refusal("llama.cpp makes no context of " + cells + " cells");
        }
        return made;
    }

    /**
     * Its flash attention passes over masked cells quickly, so that it is faster for several
     * sequences in one cache, and slower for one; it does not take an f32 cache.
     */
    private static boolean isFlash(Job job) {
        return job.batch() > 1 && job.precision() != Precision.F32;
    }

    /** One token of each sequence, with logits asked for. */
    private MemorySegment batch() {
        var counts = arena.allocate(JAVA_INT, batchSize);
        var sequences = arena.allocate(JAVA_INT, batchSize);
        var pointers = arena.allocate(ADDRESS, batchSize);
        var wanted = arena.allocate(JAVA_BYTE, batchSize);
        for (int i = 0; i < batchSize; i++) {
            counts.setAtIndex(JAVA_INT, i, 1);
            sequences.setAtIndex(JAVA_INT, i, i);
            pointers.setAtIndex(ADDRESS, i, sequences.asSlice((long) i * Integer.BYTES));
            wanted.set(JAVA_BYTE, i, (byte) 1);
        }
        var made = arena.allocate(LlamaLibrary.BATCH);
        made.set(JAVA_INT, 0, batchSize);
        made.setAtIndex(ADDRESS, 1, tokens);
        made.setAtIndex(ADDRESS, 2, MemorySegment.NULL); // embeddings
        made.setAtIndex(ADDRESS, 3, positions);
        made.setAtIndex(ADDRESS, 4, counts);
        made.setAtIndex(ADDRESS, 5, pointers);
        made.setAtIndex(ADDRESS, 6, wanted);
        return made;
    }

    @Override
    public String detail() {
        return detail;
    }

    @Override
    public void step(int... next) {
        for (int i = 0; i < batchSize; i++) {
            tokens.setAtIndex(JAVA_INT, i, next[i]);
            positions.setAtIndex(JAVA_INT, i, length);
        }
        int status = library.decode(context, batch);
        if (status != 0) {
            throw new IllegalStateException("llama_decode returned " + status);
        }
        length++;
    }

    @Override
    public float[] logits(int sequence) {
        var address = (MemorySegment) LlamaLibrary.call(library.logits, context, sequence);
        return LlamaLibrary.floats(address, vocabulary).toArray(JAVA_FLOAT);
    }

    @Override
    public void fill(int newLength) {
        for (int sequence = 0; sequence < batchSize; sequence++) {
            fill(sequence, newLength);
        }
        length = newLength;
    }

    private void fill(int sequence, int newLength) {
        try (var scope = Arena.ofConfined()) {
            long size = (long) LlamaLibrary.call(library.stateSize, context, sequence);
            var saved = LlamaLibrary.bytes(scope, size);
            LlamaLibrary.call(library.readState, context, saved, size, sequence);
            var longer = SavedSequence.repeated(saved, newLength, scope);
            var restored =
                    LlamaLibrary.call(
                            library.writeState, context, longer, longer.byteSize(), sequence);
            if ((long) restored != longer.byteSize()) {
                throw new IllegalStateException(
                        "llama.cpp read " + restored + " bytes of " + longer.byteSize());
            }
        }
    }

    @Override
    public void rewind(int newLength) {
        for (int sequence = 0; sequence < batchSize; sequence++) {
            LlamaLibrary.call(library.forget, context, sequence, newLength, -1);
        }
        length = newLength;
    }

    @Override
    public void close() {
        LlamaLibrary.call(library.freeContext, context);
        LlamaLibrary.call(library.freeModel, model);
        arena.close();
    }
}
