package dev.millrace.bench.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Reads a small GGUF file by the format's description, knowing nothing of the writer. */
final class GgufReader {
    final Map<String, Object> metadata = new LinkedHashMap<>();
    final Map<String, Entry> tensors = new LinkedHashMap<>();
    private final ByteBuffer file;
    private final int dataBegins;

    record Entry(List<Long> dimensions, int type, long offset) {}

    GgufReader(Path path) throws IOException {
        this.file = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
        var magic = new byte[4];
        file.get(magic);
        if (!new String(magic, StandardCharsets.US_ASCII).equals("GGUF") || file.getInt() != 3) {
            throw new IOException("not GGUF of version 3");
        }
        long tensorCount = file.getLong();
        long keyCount = file.getLong();
        for (long i = 0; i < keyCount; i++) {
            metadata.put(text(), value(file.getInt()));
        }
        for (long i = 0; i < tensorCount; i++) {
            tensors.put(text(), entry());
        }
        this.dataBegins = (file.position() + 31) / 32 * 32;
    }

    private Entry entry() {
        int count = file.getInt();
        var dimensions = new ArrayList<Long>();
        for (int i = 0; i < count; i++) {
            dimensions.add(file.getLong());
        }
        return new Entry(dimensions, file.getInt(), file.getLong());
    }

    private Object value(int type) throws IOException {
        return switch (type) {
            case 4 -> file.getInt();
            case 6 -> file.getFloat();
            case 8 -> text();
            default -> throw new IOException("type " + type);
        };
    }

    private String text() {
        var bytes = new byte[(int) file.getLong()];
        file.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    Entry tensor(String name) {
        return Objects.requireNonNull(tensors.get(name), name);
    }

    /** A tensor's values, in the order of the file. */
    float[] floats(String name) {
        var entry = tensor(name);
        int count =
                (int)
                        entry.dimensions().stream()
                                .mapToLong(each -> each)
                                .reduce(1, (a, b) -> a * b);
        var values = new float[count];
        int at = dataBegins + (int) entry.offset();
        for (int i = 0; i < count; i++) {
            values[i] =
                    switch (entry.type()) {
                        case 0 -> file.getFloat(at + 4 * i);
                        case 30 -> Float.intBitsToFloat(file.getShort(at + 2 * i) << 16);
                        case 8 ->
                                Float.float16ToFloat(file.getShort(at + i / 32 * 34))
                                        * file.get(at + i / 32 * 34 + 2 + i % 32);
                        default -> throw new IllegalStateException("type " + entry.type());
                    };
        }
        return values;
    }

    long fileBytes() {
        return file.capacity();
    }
}
