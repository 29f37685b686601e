package dev.millrace.protocol;

/**
 * Which pictures are made. All values are set: the gateway fills in the model's defaults and draws
 * a seed, so that every attempt at a job makes the same.
 *
 * @param label index of the class that they show; {@link #ANY} for none in particular
 * @param count how many pictures
 * @param side of each, in pixels; one that the model makes
 * @param seed picture i is a function of the seed and i
 * @param guidance how strongly they are pushed towards their class, 0 to {@link #MAX_GUIDANCE}
 * @param denoise how much of the noise that the model was trained with is taken away, 0 (none) to
 *     {@link #MAX_DENOISE}; 1 is what the model expects there to be
 */
public record PictureParameters(
        int label,
        int count,
        int side,
        long seed,
        double guidance,
        double denoise,
        Quality quality) {
    public static final int ANY = -1;
    public static final int MAX_COUNT = 64;
    public static final double MAX_GUIDANCE = 20;
    public static final double MAX_DENOISE = 2;

    public PictureParameters {
        require(label >= ANY, "class must be an index of at least 0, was " + label);
        require(
                count >= 1 && count <= MAX_COUNT,
                "n must be 1.." + MAX_COUNT + " pictures, was " + count);
        require(side >= 1, "side must be at least 1 pixel, was " + side);
        require(
                guidance >= 0 && guidance <= MAX_GUIDANCE,
                "guidance must be 0.." + MAX_GUIDANCE + ", was " + guidance);
        require(
                denoise >= 0 && denoise <= MAX_DENOISE,
                "denoise must be 0.." + MAX_DENOISE + ", was " + denoise);
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
