package dev.millrace.workers.eco;

/**
 * The shape of one attention.
 *
 * @param width of a token; all heads' together
 * @param bits of a token's code in each head
 * @param anchors support samples that each head compares a token with
 */
public record EcoShape(int width, int heads, int bits, int anchors) {
    public EcoShape {
        atLeastOne("width", width);
        atLeastOne("heads", heads);
        atLeastOne("bits", bits);
        atLeastOne("anchors", anchors);
        if (width % heads != 0) {
            throw new IllegalArgumentException(
                    "width must be a multiple of heads " + heads + ", was " + width);
        }
    }

    private static void atLeastOne(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be at least 1, was " + value);
        }
    }

    public int headWidth() {
        return width / heads;
    }
}
