package dev.millrace.workers.train;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes float32 tensors as a safetensors file: 8 bytes header length (little endian), a JSON header, then the data, in the
 * order of the map. The file appears whole or not at all.
 */
public final class SafetensorsWriter {
    private static final int ALIGNMENT = 8;

    /** How each value is stored. */
    public enum Storage {
        F32(4),
        BF16(2);

        private final int bytes;

        Storage(int bytes) {
            this.bytes = bytes;
        }
    }

    private SafetensorsWriter() {}

    /** Replaces {@code file} by one with these tensors and metadata. */
    public static void write(Path file, Map<String, NDArray> tensors, Map<String, String> metadata, Storage storage) {
        var partial = file.resolveSibling(file.getFileName() + ".partial");
        try {
            try (var out = Files.newOutputStream(partial)) {
                out.write(header(tensors, metadata, storage));
                for (var tensor : tensors.values()) {
                    writeValues(out, tensor.toFloatArray(), storage);
                }
            }
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    private static byte[] header(Map<String, NDArray> tensors, Map<String, String> metadata, Storage storage)
            throws IOException {
        Map<String, Object> entries = new LinkedHashMap<>();
        entries.put("__metadata__", metadata);
        var start = 0L;
        for (var tensor : tensors.entrySet()) {
            var end = start + tensor.getValue().size() * storage.bytes;
            entries.put(tensor.getKey(), entry(tensor.getValue(), start, end, storage));
            start = end;
        }
        var json = new JsonMapper().writeValueAsString(entries);
        var padded = json + " ".repeat(Math.floorMod(-json.length(), ALIGNMENT));
        var bytes = padded.getBytes(StandardCharsets.UTF_8);
        return littleEndian(Long.BYTES + bytes.length).putLong(bytes.length).put(bytes).array();
    }

    private static Map<String, Object> entry(NDArray tensor, long start, long end, Storage storage) {
        List<Long> shape = new ArrayList<>();
        for (var length : tensor.getShape().getShape()) {
            shape.add(length);
        }
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("dtype", storage.name());
        entry.put("shape", shape);
        entry.put("data_offsets", List.of(start, end));
        return entry;
    }

    private static void writeValues(OutputStream out, float[] values, Storage storage) throws IOException {
        var buffer = littleEndian(values.length * storage.bytes);
        for (var value : values) {
            switch (storage) {
                case F32 -> buffer.putFloat(value);
                case BF16 -> buffer.putShort(nearestBf16(value));
            }
        }
        out.write(buffer.array());
    }

    /** The upper half of the float32 bits, rounded to nearest, ties to even. */
    static short nearestBf16(float value) {
        var bits = Float.floatToRawIntBits(value);
        return (short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16);
    }

    private static ByteBuffer littleEndian(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
