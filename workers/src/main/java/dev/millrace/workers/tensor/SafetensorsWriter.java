package dev.millrace.workers.tensor;

import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
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

/** Collects tensors and writes them as one safetensors file, whole or not at all. */
public final class SafetensorsWriter {
    /** A buffer ends at 2 GiB. */
    private static final long PART = 1L << 30;

    private final Map<String, Object> header = new LinkedHashMap<>();
    private final List<Supplier<MemorySegment>> tensors = new ArrayList<>();
    private long length;

    /** Adds a tensor; the values, row by row, are rounded to the type. */
    public SafetensorsWriter add(String name, ElementType type, float[] values, long... shape) {
        var bytes = new byte[Math.multiplyExact(values.length, type.bytes())];
        var memory = MemorySegment.ofArray(bytes);
        for (int i = 0; i < values.length; i++) {
            type.put(memory, i, values[i]);
        }
        return add(name, type, bytes.length, () -> memory, shape);
    }

    /**
     * Adds a tensor whose elements are asked for when it is written, one tensor after another.
     *
     * @param size in bytes
     * @param elements row by row, least significant byte first
     */
    public SafetensorsWriter add(
            String name,
            ElementType type,
            long size,
            Supplier<MemorySegment> elements,
            long... shape) {
        var entry =
                Map.of(
                        "dtype",
                        type.name(),
                        "shape",
                        shape,
                        "data_offsets",
                        new long[] {length, length + size});
        long expected = Math.multiplyExact(product(shape), (long) type.bytes());
        if (expected != size || header.putIfAbsent(name, entry) != null) {
            throw new IllegalArgumentException(
                    name
                            + ": must be new and have "
                            + expected / type.bytes()
                            + " values, has "
                            + size / type.bytes());
        }
        tensors.add(elements);
        length += size;
        return this;
    }

    /** Adds text that says where the tensors come from. */
    public SafetensorsWriter metadata(Map<String, String> metadata) {
        header.put("__metadata__", Map.copyOf(metadata));
        return this;
    }

    public void writeTo(Path file) throws IOException {
        var temporary = file.resolveSibling(file.getFileName() + ".part");
        try (var channel =
                FileChannel.open(
                        temporary,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING)) {
            writeAll(channel, headerBytes());
            for (var tensor : tensors) {
                writeAll(channel, tensor.get());
            }
        }
        Files.move(
                temporary,
                file,
                StandardCopyOption.REPLACE_EXISTING,
                StandardCopyOption.ATOMIC_MOVE);
    }

    /** Padded with spaces to eight bytes, so that tensors of any type are aligned in the file. */
    private ByteBuffer headerBytes() throws IOException {
        byte[] json =
                new ObjectMapper().writeValueAsString(header).getBytes(StandardCharsets.UTF_8);
        int padded = (json.length + 7) / 8 * 8;
        var buffer = ByteBuffer.allocate(Long.BYTES + padded).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(padded)
                .put(json)
                .put(" ".repeat(padded - json.length).getBytes(StandardCharsets.US_ASCII));
        return buffer.flip();
    }

    private static void writeAll(FileChannel channel, MemorySegment bytes) throws IOException {
        for (long start = 0; start < bytes.byteSize(); start += PART) {
            long part = Math.min(PART, bytes.byteSize() - start);
            writeAll(channel, bytes.asSlice(start, part).asByteBuffer());
        }
    }

    private static void writeAll(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private static long product(long... shape) {
        long product = 1;
        for (long extent : shape) {
            product = Math.multiplyExact(product, extent);
        }
        return product;
    }
}
