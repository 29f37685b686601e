package dev.millrace.workers.segment.picture;

/**
 * A picture of 8-bit colours.
 *
 * @param rgb [height, width, 3]
 */
@SuppressWarnings("ArrayRecordComponent") // as large as the picture, made once
public record Picture(int width, int height, byte[] rgb) {
    public Picture {
        if (width < 1 || height < 1 || rgb.length != 3L * width * height) {
            throw new IllegalArgumentException(
                    "a picture of %d x %d must have three bytes for each pixel, had %d bytes"
                            .formatted(width, height, rgb.length));
        }
    }
}
