package dev.millrace.workers.tensor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One safetensors file: eight bytes of header length, a JSON header, then the tensors without holes
 * (github.com/huggingface/safetensors, "Format").
 */
final class SafetensorsFile {
    /** The reference implementation's own limit. */
    private static final long MAX_HEADER = 100_000_000;

    private static final int MAX_RANK = 8;
    private static final ValueLayout.OfLong LENGTH =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    /** Where a tensor's bytes stand, counted from the end of the header. */
    private record Place(Safetensors.Entry entry, long begin, long end) {}

    private final Path path;
    private final MemorySegment data;
    private final Map<String, Place> places = new LinkedHashMap<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();

    private SafetensorsFile(Path path, MemorySegment file) {
        this.path = path;
        long headerEnd = Long.BYTES + headerLength(file);
        this.data = file.asSlice(headerEnd);
        var header = header(file.asSlice(Long.BYTES, headerEnd - Long.BYTES));
        header.path("__metadata__")
                .properties()
                .forEach(named -> metadata.put(named.getKey(), named.getValue().asText()));
        header.properties().stream()
                .filter(named -> !named.getKey().equals("__metadata__"))
                .forEach(named ->
                        places.put(named.getKey(), place(named.getKey(), named.getValue())));
        checkThatTensorsFillTheFile();
    }

    /** Maps the file for as long as the arena lives and checks its whole header. */
    static SafetensorsFile map(Path path, Arena arena) {
        try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
            if (channel.size() < Long.BYTES) {
                throw new BadModelException(
                        path, "truncated: " + channel.size() + " bytes cannot hold a header");
            }
            return new SafetensorsFile(
                    path, channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena));
        } catch (IOException e) {
            throw new BadModelException(path, "cannot be read: " + e.getMessage(), e);
        }
    }

    Set<String> names() {
        return places.keySet();
    }

    Map<String, String> metadata() {
        return metadata;
    }

    Safetensors.Entry entry(String name) {
        return place(name).entry();
    }

    MemorySegment bytes(String name) {
        var place = place(name);
        return data.asSlice(place.begin(), place.end() - place.begin());
    }

    private Place place(String name) {
        var place = places.get(name);
        if (place == null) {
            throw new BadModelException(path, "tensor " + name + " is missing");
        }
        return place;
    }

    private long headerLength(MemorySegment file) {
        long length = file.get(LENGTH, 0);
        if (length < 0 || length > MAX_HEADER) {
            throw new BadModelException(
                    path,
                    "header must have at most "
                            + MAX_HEADER
                            + " bytes, claims "
                            + Long.toUnsignedString(length));
        }
        if (length > file.byteSize() - Long.BYTES) {
            throw new BadModelException(
                    path,
                    "truncated: header claims " + length + " bytes, file has " + file.byteSize());
        }
        return length;
    }

    private JsonNode header(MemorySegment bytes) {
        try {
            var header = JSON.readTree(bytes.toArray(ValueLayout.JAVA_BYTE));
            if (!header.isObject()) {
                throw new BadModelException(path, "header must be a JSON object");
            }
            return header;
        } catch (JsonProcessingException e) {
            throw new BadModelException(path, "header is not JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new BadModelException(path, "header cannot be read: " + e.getMessage(), e);
        }
    }

    private Place place(String name, JsonNode node) {
        var type = type(name, node.path("dtype"));
        var shape = shape(name, node.path("shape"));
        var offsets = node.path("data_offsets");
        if (offsets.size() != 2
                || !offsets.path(0).isIntegralNumber()
                || !offsets.path(1).isIntegralNumber()) {
            throw wrong(name, "data_offsets must be two integers, was " + offsets);
        }
        long begin = offsets.path(0).asLong();
        long end = offsets.path(1).asLong();
        long bytes = bytes(name, type, shape);
        if (begin < 0 || end < begin || end - begin != bytes) {
            throw wrong(
                    name,
                    "data_offsets "
                            + offsets
                            + " do not hold "
                            + bytes
                            + " bytes of "
                            + type
                            + shape);
        }
        return new Place(new Safetensors.Entry(name, type, shape, path), begin, end);
    }

    private ElementType type(String name, JsonNode dtype) {
        return ElementType.named(dtype.asText())
                .orElseThrow(() ->
                        wrong(
                                name,
                                "dtype "
                                        + dtype
                                        + " is not one of "
                                        + List.of(ElementType.values())));
    }

    private List<Long> shape(String name, JsonNode node) {
        var shape = new ArrayList<Long>();
        for (var extent : node) {
            if (!extent.canConvertToLong() || !extent.isIntegralNumber() || extent.asLong() < 0) {
                throw wrong(name, "shape must be a list of sizes, was " + node);
            }
            shape.add(extent.asLong());
        }
        if (!node.isArray() || shape.size() > MAX_RANK) {
            throw wrong(
                    name, "shape must be a list of at most " + MAX_RANK + " sizes, was " + node);
        }
        return shape;
    }

    private long bytes(String name, ElementType type, List<Long> shape) {
        long bytes = type.bytes();
        for (long extent : shape) {
            if (extent != 0 && bytes > Long.MAX_VALUE / extent) {
                throw wrong(name, "shape " + shape + " is larger than any file");
            }
            bytes *= extent;
        }
        return bytes;
    }

    /** No byte may belong to two tensors, to none, or lie beyond the file's end. */
    private void checkThatTensorsFillTheFile() {
        var sorted =
                places.values().stream()
                        .sorted(
                                Comparator.comparingLong(Place::begin)
                                        .thenComparingLong(Place::end))
                        .toList();
        long expected = 0;
        for (var place : sorted) {
            var name = place.entry().name();
            if (place.begin() < expected) {
                throw wrong(
                        name,
                        "overlaps the tensor before it: begins at "
                                + place.begin()
                                + " before "
                                + expected);
            }
            if (place.begin() > expected) {
                throw wrong(
                        name,
                        "begins at "
                                + place.begin()
                                + ", "
                                + expected
                                + " is where the one before it ends");
            }
            if (place.end() > data.byteSize()) {
                throw wrong(
                        name, "truncated: ends at byte " + place.end() + " of " + data.byteSize());
            }
            expected = place.end();
        }
        if (expected != data.byteSize()) {
            throw new BadModelException(
                    path, "has " + (data.byteSize() - expected) + " bytes of no tensor at its end");
        }
    }

    private BadModelException wrong(String tensor, String problem) {
        return new BadModelException(path, "tensor " + tensor + ": " + problem);
    }
}
