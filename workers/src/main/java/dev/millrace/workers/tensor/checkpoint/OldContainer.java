package dev.millrace.workers.tensor.checkpoint;

import dev.millrace.workers.tensor.BadModelException;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/**
 * The format before PyTorch 1.6: a magic number, a version, facts about the machine, the program,
 * the storages' keys, each a pickle; then each storage as a count and its elements.
 */
final class OldContainer implements Container {
    /** A pickle of 0x1950a86a20f9469cfc6c. */
    private static final MemorySegment MAGIC =
            MemorySegment.ofArray(HexFormat.of().parseHex("80028a0a6cfc9c46f9206aa850192e"));

    private static final long VERSION = 1001;

    private final Path file;
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment all;
    private final Value program;
    private final Map<String, Long> places = new HashMap<>();
    private long position;

    OldContainer(Path file) throws IOException {
        this.file = file;
        try (var channel = FileChannel.open(file)) {
            this.all = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            requireMagic();
            requireVersion();
            requireLittleEndian();
            this.program = pickle();
            if (!(pickle() instanceof Value.Growing(var keys))) {
                throw wrong("must list its storages after the state dict");
            }
            for (var key : keys) {
                place(key);
            }
        } catch (IOException | RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    private void requireMagic() {
        long length = MAGIC.byteSize();
        if (all.byteSize() < length || all.asSlice(0, length).mismatch(MAGIC) >= 0) {
            throw wrong("is no checkpoint of PyTorch");
        }
        position = length;
    }

    private void requireVersion() {
        if (!pickle().equals(new Value.Whole(VERSION))) {
            throw wrong("must be of protocol version " + VERSION);
        }
    }

    private void requireLittleEndian() {
        if (!(pickle() instanceof Value.Table(var facts))
                || !new Value.Flag(true).equals(facts.get("little_endian"))) {
            throw wrong("must be little-endian");
        }
    }

    private Value pickle() {
        long most = Math.min(StateDict.MAX_PICKLE, all.byteSize() - position);
        var unpickler = new Unpickler(file, all.asSlice(position, most));
        var value = unpickler.run();
        position += unpickler.length();
        return value;
    }

    /**
     * The program says how many elements a storage has of which type, and it comes in this order.
     */
    private void place(Value key) {
        if (!(key instanceof Value.Text(var name)) || places.containsKey(name)) {
            throw wrong("must list each storage once, by its key");
        }
        places.put(name, position);
        var reading = new Reading(file, all.asSlice(position));
        long count = reading.signed(Long.BYTES);
        long width = width(name);
        if (count < 0 || count > (all.byteSize() - position - Long.BYTES) / width) {
            throw wrong(
                    "storage %s is cut off: it should have %d elements of %d bytes, %d bytes follow"
                            .formatted(name, count, width, all.byteSize() - position - Long.BYTES));
        }
        position += Long.BYTES + count * width;
    }

    private long width(String key) {
        if (program instanceof Value.Table(var entries)) {
            for (var value : entries.values()) {
                if (value instanceof Value.Tensor tensor && tensor.storage().key().equals(key)) {
                    return tensor.storage().type().bytes();
                }
            }
        }
        throw wrong("storage " + key + " belongs to no tensor");
    }

    @Override
    public Value program() {
        return program;
    }

    @Override
    public void check(Value.Storage storage) {
        var place = places.get(storage.key());
        if (place == null) {
            throw wrong("storage " + storage.key() + " is missing");
        }
        long count = new Reading(file, all.asSlice(place)).signed(Long.BYTES);
        if (count != storage.count()) {
            throw wrong(
                    "storage %s must have %d elements, has %d"
                            .formatted(storage.key(), storage.count(), count));
        }
    }

    @Override
    public MemorySegment bytes(Value.Storage storage) {
        check(storage);
        long start = places.getOrDefault(storage.key(), 0L) + Long.BYTES;
        return all.asSlice(start, storage.count() * storage.type().bytes());
    }

    private BadModelException wrong(String what) {
        return new BadModelException(file, what);
    }

    @Override
    public void close() {
        arena.close();
    }
}
