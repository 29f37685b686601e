package dev.millrace.protocol;

import java.util.Arrays;
import java.util.Optional;

/** How a mask is told. */
public enum MaskFormat {
    /** COCO's compressed run lengths, column by column. */
    RLE("rle"),
    /** A PNG of one bit a pixel. */
    PNG("png"),
    /** COCO's polygons, [x0, y0, x1, y1, ...] each; holes are not told. */
    POLYGON("polygon");

    private final String word;

    MaskFormat(String word) {
        this.word = word;
    }

    /** As records and requests call it. */
    public String word() {
        return word;
    }

    public static Optional<MaskFormat> of(String word) {
        return Arrays.stream(values()).filter(each -> each.word.equals(word)).findFirst();
    }
}
