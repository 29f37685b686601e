package dev.millrace.workers.text.kernels;

import dev.millrace.workers.tensor.ElementType;

import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** Matrices that are in main memory already, for others to read where they lie. */
public interface SharedWeights {
    SharedWeights NONE = (_, _) -> Optional.empty();

    /** A matrix [out, in] by its name in the model's files, if it is there in this type. */
    Optional<MemorySegment> matrix(String name, ElementType type);
}
