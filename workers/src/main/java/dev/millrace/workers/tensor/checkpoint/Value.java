package dev.millrace.workers.tensor.checkpoint;

import dev.millrace.workers.tensor.ElementType;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a checkpoint's program may make. */
sealed interface Value {
    record Whole(long value) implements Value {}

    record Text(String value) implements Value {}

    record Flag(boolean value) implements Value {}

    record None() implements Value {}

    /** A tuple. */
    record Sequence(List<Value> values) implements Value {
        public Sequence {
            values = List.copyOf(values);
        }
    }

    /** A list, which grows. */
    record Growing(List<Value> values) implements Value {}

    /** A dictionary, which grows; its keys are texts. */
    record Table(Map<String, Value> entries) implements Value {
        public Table() {
            this(new LinkedHashMap<>());
        }
    }

    /** One of the names that may be said. */
    enum Name implements Value {
        ORDERED_DICT("collections OrderedDict"),
        REBUILD_TENSOR("torch._utils _rebuild_tensor_v2"),
        FLOAT_STORAGE("torch FloatStorage"),
        HALF_STORAGE("torch HalfStorage"),
        BFLOAT16_STORAGE("torch BFloat16Storage");

        final String words;

        Name(String words) {
            this.words = words;
        }
    }

    /**
     * Elements somewhere in the file.
     *
     * @param count of elements
     */
    record Storage(ElementType type, String key, long count) implements Value {}

    /**
     * A view of a storage.
     *
     * @param offset of its first element
     */
    record Tensor(Storage storage, long offset, List<Long> shape, List<Long> strides)
            implements Value {
        public Tensor {
            shape = List.copyOf(shape);
            strides = List.copyOf(strides);
        }
    }
}
