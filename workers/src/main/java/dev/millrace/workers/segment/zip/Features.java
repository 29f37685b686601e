package dev.millrace.workers.segment.zip;

/**
 * What a network says of each cell of a picture.
 *
 * @param values [channels, height, width]; handed over, not to be changed afterwards
 */
@SuppressWarnings("ArrayRecordComponent") // large; read in place
public record Features(int channels, int height, int width, float[] values) {
    public Features {
        if (channels < 1 || height < 1 || width < 1) {
            throw new IllegalArgumentException(
                    "features must have a channel and a cell, were [%d, %d, %d]"
                            .formatted(channels, height, width));
        }
        if (values.length != (long) channels * height * width) {
            throw new IllegalArgumentException(
                    "features [%d, %d, %d] need %d values, were %d"
                            .formatted(
                                    channels,
                                    height,
                                    width,
                                    (long) channels * height * width,
                                    values.length));
        }
    }

    public int cells() {
        return height * width;
    }
}
