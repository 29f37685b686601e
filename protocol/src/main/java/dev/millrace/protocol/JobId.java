package dev.millrace.protocol;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Optional;

/**
 * The public address of a job: where its {@code accepted} record stands in the events topic, and
 * the job's key. Any gateway reaches the stream with one seek, without an index; the key makes the
 * address unguessable and tells a re-used offset from the real one.
 *
 * <p>Written as {@code job_} and 32 characters of base64url: partition (16 bits), offset (48 bits),
 * key (128 bits).
 */
public record JobId(int partition, long offset, JobKey key) {
    private static final String PREFIX = "job_";
    private static final int BYTES = 24;
    private static final int LENGTH = PREFIX.length() + BYTES / 3 * 4;
    private static final int OFFSET_BITS = 48;
    private static final long MAX_OFFSET = (1L << OFFSET_BITS) - 1;
    private static final int MAX_PARTITION = 0xFFFF;

    public JobId {
        if (partition < 0 || partition > MAX_PARTITION) {
            throw new IllegalArgumentException(
                    "partition must be 0.." + MAX_PARTITION + ", was " + partition);
        }
        if (offset < 0 || offset > MAX_OFFSET) {
            throw new IllegalArgumentException(
                    "offset must be 0.." + MAX_OFFSET + ", was " + offset);
        }
    }

    /** Reads what {@link #toString} wrote; empty if it is anything else. */
    public static Optional<JobId> parse(String text) {
        if (text.length() != LENGTH || !text.startsWith(PREFIX)) {
            return Optional.empty();
        }
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(text.substring(PREFIX.length()));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
        if (bytes.length != BYTES) { // some of the characters were padding
            return Optional.empty();
        }
        var buffer = ByteBuffer.wrap(bytes);
        long place = buffer.getLong();
        var key = new JobKey(buffer.getLong(), buffer.getLong());
        return Optional.of(new JobId((int) (place >>> OFFSET_BITS), place & MAX_OFFSET, key));
    }

    @Override
    public String toString() {
        var bytes = ByteBuffer.allocate(BYTES);
        bytes.putLong(((long) partition << OFFSET_BITS) | offset)
                .putLong(key.high())
                .putLong(key.low());
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
    }
}
