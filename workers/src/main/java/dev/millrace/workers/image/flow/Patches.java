package dev.millrace.workers.image.flow;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/**
 * How square pictures are cut into tokens: patches row by row, and in each the values of one
 * channel after another.
 *
 * @param side of a picture, in pixels
 * @param channels of a pixel; values lie in [-1, 1]
 * @param patch side of a patch, in pixels
 */
public record Patches(int side, int channels, int patch) {
    public Patches {
        if (side < 1 || channels < 1 || patch < 1 || side % patch != 0) {
            throw new IllegalArgumentException(
                    "side, channels and patch must be positive and patch divide side, were %d, %d, %d"
                            .formatted(side, channels, patch));
        }
    }

    /** Tokens of a picture. */
    public int tokens() {
        return grid() * grid();
    }

    /** Values of a token. */
    public int tokenWidth() {
        return channels * patch * patch;
    }

    /** Values of a picture. */
    public int values() {
        return channels * side * side;
    }

    private int grid() {
        return side / patch;
    }

    /**
     * [pictures, channels, side, side] as [pictures, tokens, tokenWidth], in the scope of the
     * argument.
     */
    public NDArray cut(NDArray pictures) {
        return pictures.reshape(new Shape(-1, channels, grid(), patch, grid(), patch))
                .transpose(0, 2, 4, 1, 3, 5)
                .reshape(new Shape(-1, tokens(), tokenWidth()));
    }

    /**
     * [pictures, tokens, tokenWidth] as [pictures, channels, side, side], in the scope of the
     * argument.
     */
    public NDArray join(NDArray tokens) {
        return tokens.reshape(new Shape(-1, grid(), grid(), channels, patch, patch))
                .transpose(0, 3, 1, 4, 2, 5)
                .reshape(new Shape(-1, channels, side, side));
    }

    /** One picture's tokens, [tokens, tokenWidth], as [channels, side, side]. */
    public float[] joined(float... tokens) {
        var picture = new float[values()];
        for (int i = 0; i < picture.length; i++) {
            int column = i % side;
            int row = i / side % side;
            int token = row / patch * grid() + column / patch;
            int channel = i / (side * side);
            int within = (channel * patch + row % patch) * patch + column % patch;
            picture[i] = tokens[token * tokenWidth() + within];
        }
        return picture;
    }
}
