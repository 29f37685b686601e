package dev.millrace.workers.text.kv;

/**
 * How much memory keys and values may take.
 *
 * @param bytes of running sequences and of what is kept after them, together
 * @param prefixBytes of what is kept, so that prompts that begin alike need not compute it again; 0
 *     keeps nothing
 */
public record KvLimits(long bytes, long prefixBytes) {
    /** What is kept may take one part of so many: enough for a few chats, and soon given back. */
    private static final int PARTS = 4;

    public KvLimits {
        if (bytes < 1 || prefixBytes < 0 || prefixBytes > bytes) {
            throw new IllegalArgumentException(
                    "prefixes must take at least 0 and at most all of at least 1 byte, were "
                            + prefixBytes
                            + " of "
                            + bytes);
        }
    }

    /** With the usual part for what is kept. */
    public static KvLimits of(long bytes) {
        return new KvLimits(bytes, bytes / PARTS);
    }
}
