package dev.millrace.workers.image.flow.tarflow.vector;

import dev.millrace.workers.image.flow.Patches;

/**
 * A model's sizes.
 *
 * @param width of the residual stream, heads times headWidth
 * @param layers of attention in a block
 */
public record Dimensions(Patches patches, int width, int layers, int headWidth) {
    int heads() {
        return width / headWidth;
    }

    int tokens() {
        return patches.tokens();
    }

    int tokenWidth() {
        return patches.tokenWidth();
    }
}
