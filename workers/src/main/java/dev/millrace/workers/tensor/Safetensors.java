package dev.millrace.workers.tensor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Tensors in safetensors files, mapped into memory: one file, or the shards that an index names.
 *
 * <p>Opening reads and checks the headers only; a tensor's pages come from disk when they are read.
 * Any number of threads may read. Every complaint is a {@link BadModelException} with the file and
 * the tensor.
 */
public final class Safetensors implements AutoCloseable {
    private static final String SINGLE = "model.safetensors";
    private static final String INDEX = "model.safetensors.index.json";

    /** One tensor as its header tells it. */
    public record Entry(String name, ElementType type, List<Long> shape, Path file) {
        public Entry {
            shape = List.copyOf(shape);
        }

        public long[] shapeArray() {
            return shape.stream().mapToLong(Long::longValue).toArray();
        }
    }

    private final Path source;
    private final Arena arena;
    private final Map<String, SafetensorsFile> owners;

    private Safetensors(Path source, Arena arena, Map<String, SafetensorsFile> owners) {
        this.source = source;
        this.arena = arena;
        this.owners = owners;
    }

    /**
     * Opens a file, or a directory with {@code model.safetensors} or with an index and its shards.
     */
    @SuppressWarnings("MustBeClosedChecker") // what is returned owns the arena
    public static Safetensors open(Path fileOrDirectory) {
        var arena = Arena.ofShared();
        try {
            return new Safetensors(fileOrDirectory, arena, owners(fileOrDirectory, arena));
        } catch (RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    private static Map<String, SafetensorsFile> owners(Path path, Arena arena) {
        if (!Files.isDirectory(path)) {
            return byName(SafetensorsFile.map(path, arena));
        }
        if (Files.exists(path.resolve(INDEX))) {
            return shards(path, arena);
        }
        if (Files.exists(path.resolve(SINGLE))) {
            return byName(SafetensorsFile.map(path.resolve(SINGLE), arena));
        }
        throw new BadModelException(path, "holds neither " + SINGLE + " nor " + INDEX);
    }

    private static Map<String, SafetensorsFile> byName(SafetensorsFile file) {
        var owners = new LinkedHashMap<String, SafetensorsFile>();
        file.names().forEach(name -> owners.put(name, file));
        return owners;
    }

    private static Map<String, SafetensorsFile> shards(Path directory, Arena arena) {
        var index = directory.resolve(INDEX);
        var files = new LinkedHashMap<String, SafetensorsFile>();
        var owners = new LinkedHashMap<String, SafetensorsFile>();
        for (var named : weightMap(index)) {
            var shard = shardName(index, named.getKey(), named.getValue());
            var file =
                    files.computeIfAbsent(
                            shard, name -> openShard(directory, name, named.getKey(), arena));
            if (!file.names().contains(named.getKey())) {
                throw new BadModelException(
                        directory.resolve(shard),
                        "tensor " + named.getKey() + " is missing, " + INDEX + " promises it");
            }
            owners.put(named.getKey(), file);
        }
        return owners;
    }

    private static Set<Map.Entry<String, JsonNode>> weightMap(Path index) {
        try {
            var map = new ObjectMapper().readTree(Files.readAllBytes(index)).path("weight_map");
            if (!map.isObject() || map.isEmpty()) {
                throw new BadModelException(
                        index, "weight_map must be an object of tensor names to file names");
            }
            return map.properties();
        } catch (JsonProcessingException e) {
            throw new BadModelException(index, "not JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new BadModelException(index, "cannot be read: " + e.getMessage(), e);
        }
    }

    /** A plain name: an index must not lead out of its directory. */
    private static String shardName(Path index, String tensor, JsonNode value) {
        var name = value.asText();
        if (!value.isTextual()
                || !name.endsWith(".safetensors")
                || name.contains("/")
                || name.contains("\\")) {
            throw new BadModelException(
                    index,
                    "tensor "
                            + tensor
                            + ": must name a .safetensors file beside the index, was "
                            + value);
        }
        return name;
    }

    private static SafetensorsFile openShard(
            Path directory, String shard, String tensor, Arena arena) {
        var file = directory.resolve(shard);
        if (!Files.exists(file)) {
            throw new BadModelException(
                    file, "shard is missing; " + INDEX + " puts tensor " + tensor + " there");
        }
        return SafetensorsFile.map(file, arena);
    }

    public Set<String> names() {
        return new TreeSet<>(owners.keySet());
    }

    /** What the writer said about the files; where shards differ, any of them. */
    public Map<String, String> metadata() {
        var metadata = new LinkedHashMap<String, String>();
        owners.values().stream().distinct().forEach(file -> metadata.putAll(file.metadata()));
        return Map.copyOf(metadata);
    }

    public boolean contains(String name) {
        return owners.containsKey(name);
    }

    /** The tensor's header; refused when there is none of that name. */
    public Entry entry(String name) {
        return owner(name).entry(name);
    }

    /** The tensor's header, after a check that its shape is the expected one. */
    public Entry entry(String name, long... expectedShape) {
        var entry = entry(name);
        var expected = new ArrayList<Long>();
        for (long extent : expectedShape) {
            expected.add(extent);
        }
        if (!entry.shape().equals(expected)) {
            throw new BadModelException(
                    entry.file(),
                    "tensor " + name + ": shape must be " + expected + ", was " + entry.shape());
        }
        return entry;
    }

    /** The tensor's bytes, little endian, row by row, read-only; valid until this is closed. */
    public MemorySegment bytes(String name) {
        return owner(name).bytes(name);
    }

    /** The tensor's values, for tensors that fit an array. */
    public float[] floats(String name) {
        var type = entry(name).type();
        var bytes = bytes(name);
        var values = new float[Math.toIntExact(bytes.byteSize() / type.bytes())];
        for (int i = 0; i < values.length; i++) {
            values[i] = type.floatAt(bytes, i);
        }
        return values;
    }

    /** The values of a tensor of integers. */
    public long[] longs(String name) {
        var type = entry(name).type();
        var bytes = bytes(name);
        var values = new long[Math.toIntExact(bytes.byteSize() / type.bytes())];
        for (int i = 0; i < values.length; i++) {
            values[i] = type.longAt(bytes, i);
        }
        return values;
    }

    /** The complaint about these files as a whole; to be thrown. */
    public BadModelException wrong(String problem) {
        return new BadModelException(source, problem);
    }

    private SafetensorsFile owner(String name) {
        var file = owners.get(name);
        if (file == null) {
            throw new BadModelException(source, "tensor " + name + " is missing");
        }
        return file;
    }

    @Override
    public void close() {
        arena.close();
    }
}
