package dev.millrace.bench.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Writes a GGUF file of version 3: metadata, a list of tensors, then their values, each tensor on a
 * boundary of 32 bytes; all numbers little-endian.
 */
final class GgufWriter {
    private static final int MAGIC = 0x46554747; // "GGUF"
    private static final int VERSION = 3;
    private static final int ALIGNMENT = 32;
    private static final int BLOCK_VALUES = 1 << 20;
    private static final int HEADER_BYTES = 1 << 20;

    private final Map<String, Value> metadata = new LinkedHashMap<>();
    private final List<Tensor> tensors = new ArrayList<>();

    /** What a key of the metadata says; the numbers of the types are the format's. */
    private sealed interface Value {
        record Whole(int value) implements Value {} // 4: uint32

        record Real(float value) implements Value {} // 6: float32

        record Text(String value) implements Value {} // 8: string
    }

    private record Tensor(
            String name, GgufType type, int rows, int columns, Supplier<float[]> values) {
        long bytes() {
            return type.bytes((long) rows * columns);
        }

        int dimensions() {
            return rows == 1 ? 1 : 2;
        }
    }

    GgufWriter number(String key, int value) {
        metadata.put(key, new Value.Whole(value));
        return this;
    }

    GgufWriter real(String key, double value) {
        metadata.put(key, new Value.Real((float) value));
        return this;
    }

    GgufWriter text(String key, String value) {
        metadata.put(key, new Value.Text(value));
        return this;
    }

    /**
     * Adds a tensor.
     *
     * @param rows 1 for a vector
     * @param values asked for when the tensor is written; [rows, columns]
     */
    GgufWriter tensor(String name, GgufType type, int rows, int columns, Supplier<float[]> values) {
        tensors.add(new Tensor(name, type, rows, columns, values));
        return this;
    }

    /** Writes the file, whole or not at all. */
    void writeTo(Path file) throws IOException {
        var part = file.resolveSibling(file.getFileName() + ".part");
        try (var channel =
                FileChannel.open(
                        part,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING)) {
            write(channel, header());
            for (var tensor : tensors) {
                write(channel, tensor);
            }
        }
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private ByteBuffer header() {
        var to = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        to.putInt(MAGIC).putInt(VERSION).putLong(tensors.size()).putLong(metadata.size());
        metadata.forEach((key, value) -> {
            putText(to, key);
            put(to, value);
        });
        long offset = 0;
        for (var tensor : tensors) {
            putText(to, tensor.name());
            to.putInt(tensor.dimensions()).putLong(tensor.columns()); // the fastest one first
            if (tensor.dimensions() == 2) {
                to.putLong(tensor.rows());
            }
            to.putInt(tensor.type().number()).putLong(offset);
            offset = aligned(offset + tensor.bytes());
        }
        return to.position((int) aligned(to.position())).flip();
    }

    private static void put(ByteBuffer to, Value value) {
        switch (value) {
            case Value.Whole(int number) -> to.putInt(4).putInt(number);
            case Value.Real(float real) -> to.putInt(6).putFloat(real);
            case Value.Text(String text) -> putText(to.putInt(8), text);
        }
    }

    private static void putText(ByteBuffer to, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        to.putLong(bytes.length).put(bytes);
    }

    private static void write(FileChannel channel, Tensor tensor) throws IOException {
        float[] values = tensor.values().get();
        for (int from = 0; from < values.length; from += BLOCK_VALUES) {
            int count = Math.min(BLOCK_VALUES, values.length - from);
            var to =
                    ByteBuffer.allocate(Math.toIntExact(tensor.type().bytes(count)))
                            .order(ByteOrder.LITTLE_ENDIAN);
            tensor.type().put(to, values, from, count);
            write(channel, to.flip());
        }
        write(channel, ByteBuffer.allocate((int) (aligned(tensor.bytes()) - tensor.bytes())));
    }

    private static long aligned(long bytes) {
        return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    private static void write(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
