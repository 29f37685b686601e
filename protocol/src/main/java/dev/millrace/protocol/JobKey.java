package dev.millrace.protocol;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The random 128-bit key of a job; the Kafka key of all its records. Written as 32 lower-case hex
 * digits.
 */
public record JobKey(long high, long low) {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int DIGITS = 32;

    public static JobKey random() {
        return new JobKey(RANDOM.nextLong(), RANDOM.nextLong());
    }

    /** Reads what {@link #toString} wrote; empty if it is anything else. */
    public static Optional<JobKey> parse(CharSequence text) {
        if (text.length() != DIGITS || !text.chars().allMatch(JobKey::isDigit)) {
            return Optional.empty();
        }
        return Optional.of(
                new JobKey(
                        HexFormat.fromHexDigitsToLong(text, 0, DIGITS / 2),
                        HexFormat.fromHexDigitsToLong(text, DIGITS / 2, DIGITS)));
    }

    /**
     * The same from the bytes of a record's key; every reader of the log does it for every record.
     */
    public static Optional<JobKey> parse(byte[] ascii) {
        if (ascii.length != DIGITS) {
            return Optional.empty();
        }
        long high = 0;
        long low = 0;
        for (int i = 0; i < DIGITS; i++) {
            if (!isDigit(ascii[i])) {
                return Optional.empty();
            }
            int digit = ascii[i] <= '9' ? ascii[i] - '0' : ascii[i] - 'a' + 10;
            high = (high << 4) | (low >>> 60);
            low = (low << 4) | digit;
        }
        return Optional.of(new JobKey(high, low));
    }

    private static boolean isDigit(int c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    }

    @Override
    public String toString() {
        return HexFormat.of().toHexDigits(high) + HexFormat.of().toHexDigits(low);
    }
}
