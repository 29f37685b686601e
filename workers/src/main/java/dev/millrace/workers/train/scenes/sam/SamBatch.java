package dev.millrace.workers.train.scenes.sam;

/**
 * What a step learns from: pictures, each with as many prompts.
 *
 * @param pixels normalised, [pictures, 3, side, side]
 * @param places of points and corners in pixels, [pictures, prompts, tokens, 2]
 * @param labels of them, [pictures, prompts, tokens]
 * @param answers 1 for the masks that may answer a prompt, [pictures, prompts, masks]
 * @param targets 1 where the mask that is meant is, [pictures, prompts, side, side]
 * @param corrections for each prompt a number in [0, 1) that chooses the pixel where the first
 *     answer is corrected in a second round; empty without that round
 */
@SuppressWarnings("ArrayRecordComponent") // filled by its maker, copied into tensors, dropped
record SamBatch(
        int pictures,
        int prompts,
        int tokens,
        float[] pixels,
        float[] places,
        long[] labels,
        float[] answers,
        float[] targets,
        float[] corrections) {
    static final int CHANNELS = 3;

    /** The label of a box's left upper corner; the other one's is one more. */
    static final int FIRST_CORNER = 2;

    /** Of so many pictures with so many prompts each, to be filled. */
    static SamBatch empty(
            int pictures, int prompts, int tokens, int side, int masks, boolean isRefined) {
        int rows = pictures * prompts;
        return new SamBatch(
                pictures,
                prompts,
                tokens,
                new float[pictures * CHANNELS * side * side],
                new float[rows * tokens * 2],
                new long[rows * tokens],
                new float[rows * masks],
                new float[rows * side * side],
                new float[isRefined ? rows : 0]);
    }

    /** Puts a point or corner in its place; tokens are counted from the first prompt's first. */
    void put(int token, double x, double y, long label) {
        places[2 * token] = (float) x;
        places[2 * token + 1] = (float) y;
        labels[token] = label;
    }

    int rows() {
        return pictures * prompts;
    }
}
