package dev.millrace.workers.tensor.checkpoint;

import dev.millrace.workers.tensor.BadModelException;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The format since PyTorch 1.6: an archive with {@code NAME/data.pkl} and a file per storage,
 * {@code NAME/data/KEY}, none of them compressed.
 */
final class ZipContainer implements Container {
    private static final String PROGRAM = "/data.pkl";

    private final Path file;
    private final ZipFile zip;
    private final String root;
    private final Value program;

    ZipContainer(Path file) throws IOException {
        this.file = file;
        this.zip = new ZipFile(file.toFile());
        try {
            var entry =
                    zip.stream()
                            .filter(each -> each.getName().endsWith(PROGRAM))
                            .findFirst()
                            .orElseThrow(() -> wrong("must hold a data.pkl, holds none"));
            this.root = entry.getName().substring(0, entry.getName().length() - PROGRAM.length());
            requireLittleEndian();
            this.program = new Unpickler(file, read(entry, StateDict.MAX_PICKLE)).run();
        } catch (IOException | RuntimeException e) {
            zip.close();
            throw e;
        }
    }

    /** Newer files say so; older ones were written on nothing else. */
    private void requireLittleEndian() throws IOException {
        var entry = zip.getEntry(root + "/byteorder");
        if (entry != null) {
            var bytes = read(entry, 16).toArray(ValueLayout.JAVA_BYTE);
            if (!new String(bytes, StandardCharsets.US_ASCII).equals("little")) {
                throw wrong("must be little-endian");
            }
        }
    }

    @Override
    public Value program() {
        return program;
    }

    @Override
    public void check(Value.Storage storage) {
        var entry = entry(storage);
        long expected = Math.multiplyExact(storage.count(), (long) storage.type().bytes());
        if (entry.getSize() != expected) {
            throw wrong(
                    "storage %s must have %d bytes, has %d"
                            .formatted(storage.key(), expected, entry.getSize()));
        }
    }

    private ZipEntry entry(Value.Storage storage) {
        var entry = zip.getEntry(root + "/data/" + storage.key());
        if (entry == null) {
            throw wrong("storage " + storage.key() + " is missing");
        }
        return entry;
    }

    @Override
    public MemorySegment bytes(Value.Storage storage) {
        check(storage);
        try {
            return read(entry(storage), Integer.MAX_VALUE - 16);
        } catch (IOException e) {
            throw new BadModelException(
                    file, "storage " + storage.key() + " cannot be read: " + e, e);
        }
    }

    private MemorySegment read(ZipEntry entry, long most) throws IOException {
        if (entry.getMethod() != ZipEntry.STORED || entry.getSize() > most) {
            throw wrong(
                    "%s must be stored uncompressed with at most %d bytes, has %d"
                            .formatted(entry.getName(), most, entry.getSize()));
        }
        try (var in = zip.getInputStream(entry)) {
            byte[] bytes = in.readNBytes(Math.toIntExact(entry.getSize()));
            if (bytes.length != entry.getSize()) {
                throw wrong(entry.getName() + " is cut off");
            }
            return MemorySegment.ofArray(bytes);
        }
    }

    private BadModelException wrong(String what) {
        return new BadModelException(file, what);
    }

    @Override
    public void close() {
        try {
            zip.close();
        } catch (IOException e) {
            throw new BadModelException(file, "cannot be closed: " + e, e);
        }
    }
}
