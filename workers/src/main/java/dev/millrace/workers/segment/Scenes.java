package dev.millrace.workers.segment;

import dev.millrace.protocol.PictureFile;
import dev.millrace.workers.segment.picture.PictureDecoder;
import dev.millrace.workers.segment.picture.UnreadablePictureException;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
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
        private final Scene scene;
        private int users;

        Entry(Scene scene) {
            this.scene = scene;
        }
    }

    /** A picture while it is asked about; to be closed by who asked. */
    final class Lease implements AutoCloseable {
        private final Entry entry;

        private Lease(Entry entry) {
            this.entry = entry;
            entry.users++;
        }

        Scene scene() {
            return entry.scene;
        }

        @Override
        public void close() {
            entry.users--;
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

    /**
     * Looks at a picture, if that is not done yet.
     *
     * @throws UnreadablePictureException if it cannot be decoded
     */
    Lease of(String owner, PictureFile file) {
        var key = new Key(owner, digest(file));
        var known = kept.get(key);
        if (known != null) {
            hits.incrementAndGet();
            return new Lease(known);
        }
        var entry = new Entry(finder.look(PictureDecoder.decode(file, maxPixels)));
        kept.put(key, entry);
        bytes.addAndGet(entry.scene.bytes());
        return new Lease(entry);
    }

    private void shrink() {
        for (var entries = kept.values().iterator(); entries.hasNext(); ) {
            if (bytes.get() <= maxBytes) {
                return;
            }
            var entry = entries.next();
            if (entry.users == 0) {
                entries.remove();
                bytes.addAndGet(-entry.scene.bytes());
                entry.scene.close();
            }
        }
    }

    private static String digest(PictureFile file) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(file.bytes()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Memory held; may be asked by any thread. */
    long bytes() {
        return bytes.get();
    }

    /** How often a picture was known already; may be asked by any thread. */
    long hits() {
        return hits.get();
    }

    @Override
    public void close() {
        kept.values().forEach(entry -> entry.scene.close());
        kept.clear();
        bytes.set(0);
    }
}
