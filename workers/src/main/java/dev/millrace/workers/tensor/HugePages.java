package dev.millrace.workers.tensor;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import ai.djl.ndarray.NDArray;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * Asks Linux for huge pages: memory of which a little is read here and there costs a walk through
 * the page tables for nearly every read otherwise. Where there are none, nothing changes.
 */
public final class HugePages {
    private static final Logger LOG = LoggerFactory.getLogger(HugePages.class);

    private static final long SIZE = 2L << 20;
    private static final int MADV_HUGEPAGE = 14;

    private static final Optional<MethodHandle> MADVISE = find();

    private HugePages() {}

    @SuppressWarnings("restricted") // the launcher allows native access
    private static Optional<MethodHandle> find() {
        var linker = Linker.nativeLinker();
        var signature = FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
        return linker.defaultLookup()
                .find("madvise")
                .map(address -> linker.downcallHandle(address, signature));
    }

    /** For a tensor in main memory that nobody has written yet; small ones are left alone. */
    public static void advise(NDArray tensor) {
        var memory = Tensors.memory(tensor);
        long from = Math.ceilDiv(memory.address(), SIZE) * SIZE;
        long bytes = (memory.address() + memory.byteSize() - from) / SIZE * SIZE;
        if (bytes > 0 && MADVISE.isPresent()) {
            advise(MADVISE.get(), MemorySegment.ofAddress(from), bytes);
        }
    }

    private static void advise(MethodHandle madvise, MemorySegment from, long bytes) {
        try {
            int error = (int) madvise.invokeExact(from, bytes, MADV_HUGEPAGE);
            LOG.atDebug().addKeyValue("bytes", bytes).addKeyValue("error", error).log("advised");
        } catch (Throwable e) { // what invokeExact declares
            throw new IllegalStateException("madvise failed", e);
        }
    }
}
