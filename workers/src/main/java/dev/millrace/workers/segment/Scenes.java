package dev.millrace.workers.segment;

import dev.millrace.protocol.PictureFile;
import dev.millrace.workers.segment.picture.PictureDecoder;
import dev.millrace.workers.segment.picture.UnreadablePictureException;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The pictures looked at last, so that a second question about one costs no second look. Bounded in
 * bytes; who asks for another's picture cannot tell by the time it takes, as each owner has
 * pictures of their own. The engine's thread.
 */
final class Scenes implements AutoCloseable {
    /**
     * Whose picture, and which.
     *
     * @param digest SHA-256 of its file
     */
    private record Key(String owner, String digest) {}

    /** A picture that somebody asks about, or did. */
    private static final class Entry {
        private final Key key;
        private Optional<Look> look = Optional.empty();
        private Optional<Scene> scene = Optional.empty();
        private int users;

        Entry(Key key) {
            this.key = key;
        }
    }

    /**
     * A picture while it is asked about; to be closed by who asked. Who asks about the same one at
     * the same time shares the look: the steps of all lead to its end.
     */
    final class Lease implements AutoCloseable {
        private final Entry entry;
        private final PictureFile file;

        private Lease(Entry entry, PictureFile file) {
            this.entry = entry;
            this.file = file;
            entry.users++;
        }

        /** Once it has been looked at. */
        Optional<Scene> scene() {
            return entry.scene;
        }

        /**
         * Makes a step of the look that is not over yet; the first decodes the file.
         *
         * @throws UnreadablePictureException if it cannot be decoded
         */
        void look() {
            if (entry.look.isEmpty()) {
                entry.look = Optional.of(finder.begin(PictureDecoder.decode(file, maxPixels)));
            } else {
                entry.look.get().step().ifPresent(scene -> finish(entry, scene));
            }
        }

        @Override
        public void close() {
            entry.users--;
            if (entry.users == 0 && entry.scene.isEmpty()) {
                kept.remove(entry.key);
            }
            shrink();
        }
    }

    private final Finder finder;
    private final long maxPixels;
    private final long maxBytes;
    private final Map<Key, Entry> kept = new LinkedHashMap<>(16, 0.75f, true); // last used last
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong hits = new AtomicLong();

    /**
     * @param maxPixels of a picture
     * @param maxBytes of all that nobody asks about now
     */
    Scenes(Finder finder, long maxPixels, long maxBytes) {
        this.finder = finder;
        this.maxPixels = maxPixels;
        this.maxBytes = maxBytes;
    }

    /** A picture, which may have been looked at already, or be looked at now. */
    Lease of(String owner, PictureFile file) {
        var key = new Key(owner, digest(file));
        if (kept.containsKey(key)) {
            hits.incrementAndGet();
        }
        return new Lease(kept.computeIfAbsent(key, Entry::new), file);
    }

    private void finish(Entry entry, Scene scene) {
        entry.look = Optional.empty();
        entry.scene = Optional.of(scene);
        bytes.addAndGet(scene.bytes());
    }

    private void shrink() {
        for (var entries = kept.values().iterator(); entries.hasNext(); ) {
            if (bytes.get() <= maxBytes) {
                return;
            }
            var entry = entries.next();
            if (entry.users == 0) {
                entries.remove();
                forget(entry);
            }
        }
    }

    private void forget(Entry entry) {
        entry.scene.ifPresent(scene -> {
            bytes.addAndGet(-scene.bytes());
            scene.close();
        });
    }

    private static String digest(PictureFile file) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(file.bytes()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Memory held by pictures that were looked at; may be asked by any thread. */
    long bytes() {
        return bytes.get();
    }

    /** How often a picture was known already; may be asked by any thread. */
    long hits() {
        return hits.get();
    }

    @Override
    public void close() {
        kept.values().forEach(this::forget);
        kept.clear();
    }
}
