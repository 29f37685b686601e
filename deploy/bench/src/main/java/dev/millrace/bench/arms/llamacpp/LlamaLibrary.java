package dev.millrace.bench.arms.llamacpp;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.millrace.bench.arms.Refusal;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;

/** The functions of llama.h that decoding needs. */
@SuppressWarnings("restricted") // calling C is what this class is for
final class LlamaLibrary {
    /** {@code llama_model_params}: 64 bytes. */
    static final MemoryLayout MODEL_PARAMS = MemoryLayout.structLayout(words(8));

    /** {@code llama_context_params}: 120 bytes. */
    static final MemoryLayout CONTEXT_PARAMS = MemoryLayout.structLayout(words(15));

    /** {@code llama_batch}: a count and six pointers. */
    static final MemoryLayout BATCH = MemoryLayout.structLayout(words(7));

    private static final int TYPE_F16 = 1;

    private final SymbolLookup symbols;
    final MethodHandle loadModel;
    final MethodHandle newContext;
    private final MethodHandle decode;
    final MethodHandle logits;
    final MethodHandle forget;
    final MethodHandle stateSize;
    final MethodHandle readState;
    final MethodHandle writeState;
    final MethodHandle freeContext;
    final MethodHandle freeModel;

    private LlamaLibrary(SymbolLookup symbols) {
        this.symbols = symbols;
        this.loadModel =
                function(
                        "llama_model_load_from_file",
                        FunctionDescriptor.of(ADDRESS, ADDRESS, MODEL_PARAMS));
        this.newContext =
                function(
                        "llama_init_from_model",
                        FunctionDescriptor.of(ADDRESS, ADDRESS, CONTEXT_PARAMS));
        this.decode = function("llama_decode", FunctionDescriptor.of(JAVA_INT, ADDRESS, BATCH));
        this.logits =
                function("llama_get_logits_ith", FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_INT));
        this.forget =
                function(
                        "llama_kv_self_seq_rm",
                        FunctionDescriptor.of(JAVA_BOOLEAN, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT));
        this.stateSize =
                function(
                        "llama_state_seq_get_size",
                        FunctionDescriptor.of(JAVA_LONG, ADDRESS, JAVA_INT));
        var state = FunctionDescriptor.of(JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT);
        this.readState = function("llama_state_seq_get_data", state);
        this.writeState = function("llama_state_seq_set_data", state);
        this.freeContext = function("llama_free", FunctionDescriptor.ofVoid(ADDRESS));
        this.freeModel = function("llama_model_free", FunctionDescriptor.ofVoid(ADDRESS));
    }

    private static MemoryLayout[] words(int count) {
        var words = new MemoryLayout[count];
        java.util.Arrays.fill(words, JAVA_LONG);
        return words;
    }

    /**
     * Takes the library out of the binding's jar and loads it for the rest of the process.
     *
     * @throws Refusal if it does not load here, or is another version
     */
    static LlamaLibrary load() throws Refusal, IOException {
        var resource = "de/kherud/llama/Linux/x86_64/libjllama.so";
        try (var in = LlamaLibrary.class.getClassLoader().getResourceAsStream(resource)) {
            if (in == null || !isLinuxOnX86()) {
                throw new Refusal("the binding's native library is used for Linux on x86-64 only");
            }
            var library = new LlamaLibrary(SymbolLookup.libraryLookup(copy(in), Arena.global()));
            library.checkVersion();
            call(library.function("llama_backend_init", FunctionDescriptor.ofVoid()));
            return library;
        } catch (IllegalArgumentException e) {
            throw new Refusal("the binding's native library does not load: " + e.getMessage(), e);
        }
    }

    private static boolean isLinuxOnX86() {
        return System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("linux")
                && System.getProperty("os.arch").equals("amd64");
    }

    private static Path copy(InputStream from) throws IOException {
        var file = Files.createTempFile("libjllama", ".so");
        file.toFile().deleteOnExit();
        Files.copy(from, file, StandardCopyOption.REPLACE_EXISTING);
        return file;
    }

    /** Where the defaults stand tells whether the structures are laid out as expected. */
    private void checkVersion() throws Refusal {
        try (var arena = Arena.ofConfined()) {
            var defaults = contextParams(arena);
            if (defaults.get(JAVA_INT, ContextParams.N_CTX) != 512
                    || defaults.get(JAVA_INT, ContextParams.TYPE_K) != TYPE_F16
                    || defaults.get(JAVA_INT, ContextParams.TYPE_V) != TYPE_F16) {
                throw new Refusal("llama_context_params is laid out otherwise than in 4.2.0");
            }
        }
    }

    /** Offsets in {@code llama_context_params}. */
    static final class ContextParams {
        static final long N_CTX = 0;
        static final long N_BATCH = 4;
        static final long N_UBATCH = 8;
        static final long N_SEQ_MAX = 12;
        static final long N_THREADS = 16;
        static final long N_THREADS_BATCH = 20;
        static final long TYPE_K = 88;
        static final long TYPE_V = 92;
        static final long FLASH_ATTENTION = 99;

        private ContextParams() {}
    }

    /** Defaults, in {@code arena}. */
    MemorySegment contextParams(Arena arena) {
        return defaults("llama_context_default_params", CONTEXT_PARAMS, arena);
    }

    /** Defaults, in {@code arena}. */
    MemorySegment modelParams(Arena arena) {
        return defaults("llama_model_default_params", MODEL_PARAMS, arena);
    }

    private MemorySegment defaults(String name, MemoryLayout layout, Arena arena) {
        var make = function(name, FunctionDescriptor.of(layout));
        return (MemorySegment) call(make, (java.lang.foreign.SegmentAllocator) arena);
    }

    /** What the library was compiled for and uses: {@code AVX2 = 1 | AVX512 = 0 ...}. */
    String systemInfo() {
        var print = function("llama_print_system_info", FunctionDescriptor.of(ADDRESS));
        var text = (MemorySegment) call(print);
        return text.reinterpret(Long.MAX_VALUE).getString(0).strip();
    }

    /**
     * Whether it was compiled for an extension of the processor: {@code avx512}, {@code amx_int8}.
     */
    boolean uses(String extension) {
        var asks = function("ggml_cpu_has_" + extension, FunctionDescriptor.of(JAVA_INT));
        return (int) call(asks) != 0;
    }

    private MethodHandle function(String name, FunctionDescriptor descriptor) {
        var address =
                symbols.find(name)
                        .orElseThrow(() -> new IllegalArgumentException("no function " + name));
        return Linker.nativeLinker().downcallHandle(address, descriptor);
    }

    /** {@code llama_decode}, with as little around it as can be: it is what is timed. */
    int decode(MemorySegment context, MemorySegment batch) {
        try {
            return (int) decode.invokeExact(context, batch);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** Calls C; it throws nothing of its own. */
    static Object call(MethodHandle function, Object... arguments) {
        try {
            return function.invokeWithArguments(arguments);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    static MemorySegment floats(MemorySegment address, long count) {
        return address.reinterpret(count * Float.BYTES);
    }

    static MemorySegment bytes(Arena arena, long count) {
        return arena.allocate(MemoryLayout.sequenceLayout(count, JAVA_BYTE));
    }
}
