package dev.millrace.workers.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;

import java.lang.foreign.MemorySegment;

/**
 * Makes tensors of every {@link ElementType}, also bf16, which exists only inside libtorch, and
 * fills them from disk.
 */
public final class Tensors implements AutoCloseable {
    /** Elements copied at once: a direct buffer ends at 2 GiB. */
    private static final long BLOCK = 1L << 27;

    private static final String METHODS =
            """
            def empty(self: __torch__.M, shape: List[int], dtype: int) -> Tensor:
              return torch.empty(shape, dtype=dtype)
            def cast(self: __torch__.M, x: Tensor, dtype: int) -> Tensor:
              return torch.to(x, dtype, False, True)
            def slice(self: __torch__.M, x: Tensor, start: int, length: int) -> Tensor:
              return torch.narrow(torch.view(x, [-1]), 0, start, length)
            """;

    private final NDManager manager;
    private final Script script;
    private final long block;

    public Tensors(NDManager manager) {
        this(manager, BLOCK);
    }

    Tensors(NDManager manager, long block) {
        this.manager = manager;
        this.script = Script.compile(manager, METHODS);
        this.block = block;
    }

    /** A tensor on {@code scope}'s device whose values are not set; it lives there. */
    public NDArray empty(NDManager scope, ElementType type, long... shape) {
        if (type != ElementType.BF16) {
            return scope.create(new Shape(shape), type.djl());
        }
        if (scope.getDevice().equals(Device.cpu())) {
            return script.call(scope, "empty", shape, type.torch());
        }
        try (var wide = scope.create(new Shape(shape), DataType.FLOAT32)) {
            return cast(scope, wide, type);
        }
    }

    /** A copy of a tensor in another type, on the same device; it lives in {@code scope}. */
    public NDArray cast(NDManager scope, NDArray tensor, ElementType type) {
        return script.call(scope, "cast", tensor, type.torch());
    }

    /**
     * A tensor from disk in the type it is to be computed with, on {@code scope}'s device; it lives
     * in {@code scope}.
     */
    public NDArray load(NDManager scope, Safetensors files, String name, ElementType as) {
        var entry = files.entry(name);
        try (var work = manager.newSubManager(Device.cpu())) {
            var stored = empty(work, entry.type(), entry.shapeArray());
            fill(work, stored, entry.type(), files.bytes(name));
            return move(work, entry.type() == as ? stored : cast(work, stored, as), scope, as);
        }
    }

    private void fill(NDManager work, NDArray tensor, ElementType type, MemorySegment bytes) {
        long elements = bytes.byteSize() / type.bytes();
        for (long start = 0; start < elements; start += block) {
            long length = Math.min(block, elements - start);
            try (var slice = script.call(work, "slice", tensor, start, length)) {
                var from = bytes.asSlice(start * type.bytes(), length * type.bytes());
                memory(slice).copyFrom(from);
            }
        }
    }

    /**
     * The tensor's own memory, to read and write; contiguous tensors in main memory, at most 2 GiB.
     */
    public static MemorySegment memory(NDArray tensor) {
        return MemorySegment.ofBuffer(((PtNDArray) tensor).toByteBuffer(true));
    }

    /** DJL moves only what it has a type for, so bf16 travels to another device as f32. */
    private NDArray move(NDManager work, NDArray tensor, NDManager scope, ElementType as) {
        if (scope.getDevice().equals(Device.cpu())) {
            tensor.attach(scope);
            return tensor;
        }
        if (as != ElementType.BF16) {
            var moved = tensor.toDevice(scope.getDevice(), true);
            moved.attach(scope);
            return moved;
        }
        var wide = cast(work, tensor, ElementType.F32).toDevice(scope.getDevice(), true);
        return cast(scope, wide, as);
    }

    /** A tensor of f32 values in main memory; it lives in {@code scope}. */
    public static NDArray floats(NDManager scope, float[] values, long... shape) {
        return scope.create(values, new Shape(shape));
    }

    @Override
    public void close() {
        script.close();
    }
}
