package dev.millrace.workers.tensor.checkpoint;

import dev.millrace.workers.tensor.BadModelException;
import dev.millrace.workers.tensor.ElementType;

import java.util.function.Function;

/** What the classes of storages hold. */
final class Storages {
    private Storages() {}

    /**
     * @param wrong makes the complaint about a name that is none of them
     */
    static ElementType type(Value.Name name, Function<String, BadModelException> wrong) {
        return switch (name) {
            case FLOAT_STORAGE -> ElementType.F32;
            case HALF_STORAGE -> ElementType.F16;
            case BFLOAT16_STORAGE -> ElementType.BF16;
            case ORDERED_DICT, REBUILD_TENSOR ->
                    throw wrong.apply("refers to something that is no storage");
        };
    }
}
