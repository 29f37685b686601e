package dev.millrace.workers.tensor.checkpoint;

import dev.millrace.workers.tensor.BadModelException;
import dev.millrace.workers.tensor.ElementType;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The tensors of a checkpoint by their names. The file must stay as it is and this must stay open
 * while tensors are read.
 */
public final class StateDict implements AutoCloseable {
    /** A state dict of thousands of tensors has a megabyte of program. */
    static final long MAX_PICKLE = 16L << 20;

    private static final int ZIP = 0x04034b50;

    private final Path file;
    private final Container container;
    private final Map<String, Value.Tensor> tensors = new LinkedHashMap<>();

    private StateDict(Path file, Container container) {
        this.file = file;
        this.container = container;
        if (!(container.program() instanceof Value.Table(var entries)) || entries.isEmpty()) {
            throw new BadModelException(file, "must hold a state dict: names and their tensors");
        }
        entries.forEach(this::add);
    }

    /**
     * Opens a file that {@code torch.save} has written, as a zip archive or in the older format.
     *
     * @throws BadModelException if it is anything else, or holds anything but a state dict
     */
    public static StateDict open(Path file) {
        try {
            var container = isZip(file) ? new ZipContainer(file) : new OldContainer(file);
            try {
                return new StateDict(file, container);
            } catch (RuntimeException e) {
                container.close();
                throw e;
            }
        } catch (IOException e) {
            throw new BadModelException(file, "cannot be read: " + e, e);
        }
    }

    private static boolean isZip(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            byte[] first = in.readNBytes(Integer.BYTES);
            return first.length == Integer.BYTES
                    && new Reading(file, MemorySegment.ofArray(first)).signed32() == ZIP;
        }
    }

    private void add(String name, Value value) {
        if (!(value instanceof Value.Tensor tensor)) {
            throw new BadModelException(file, "'" + name + "' must be a tensor");
        }
        check(name, tensor);
        tensors.put(name, tensor);
    }

    private void check(String name, Value.Tensor tensor) {
        long stride = 1;
        boolean isPlain = tensor.shape().size() == tensor.strides().size() && tensor.offset() >= 0;
        try {
            for (int i = tensor.shape().size() - 1; isPlain && i >= 0; i--) {
                long extent = tensor.shape().get(i);
                isPlain = extent >= 0 && (extent <= 1 || tensor.strides().get(i) == stride);
                stride = Math.multiplyExact(stride, extent);
            }
            long end = Math.addExact(tensor.offset(), stride);
            if (!isPlain || end > tensor.storage().count()) {
                throw new BadModelException(
                        file,
                        "tensor %s: shape %s with strides %s from %d must lie row by row in a"
                                        .formatted(
                                                name,
                                                tensor.shape(),
                                                tensor.strides(),
                                                tensor.offset())
                                + " storage of "
                                + tensor.storage().count());
            }
            container.check(tensor.storage());
        } catch (ArithmeticException e) {
            throw new BadModelException(
                    file, "tensor " + name + ": shape " + tensor.shape() + " is too large", e);
        }
    }

    /** Shape of each tensor by its name, in the file's order. */
    public Map<String, List<Long>> shapes() {
        Map<String, List<Long>> shapes = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> shapes.put(name, tensor.shape()));
        return shapes;
    }

    public List<Long> shape(String name) {
        return tensor(name).shape();
    }

    public ElementType type(String name) {
        return tensor(name).storage().type();
    }

    /** A tensor's elements, row by row, least significant byte first. */
    public MemorySegment bytes(String name) {
        var tensor = tensor(name);
        long width = tensor.storage().type().bytes();
        long count = tensor.shape().stream().reduce(1L, Math::multiplyExact);
        return container.bytes(tensor.storage()).asSlice(tensor.offset() * width, count * width);
    }

    private Value.Tensor tensor(String name) {
        var tensor = tensors.get(name);
        if (tensor == null) {
            throw new BadModelException(file, "tensor " + name + " is missing");
        }
        return tensor;
    }

    @Override
    public void close() {
        container.close();
    }
}
