package dev.millrace.workers.tensor.checkpoint;

import java.lang.foreign.MemorySegment;

/** Where a file keeps its program and its storages. */
interface Container extends AutoCloseable {
    /** What the program makes. */
    Value program();

    /** Complains if the storage is not there in full. */
    void check(Value.Storage storage);

    MemorySegment bytes(Value.Storage storage);

    @Override
    void close();
}
