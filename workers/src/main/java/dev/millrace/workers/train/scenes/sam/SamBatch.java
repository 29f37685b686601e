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
    int rows() {
        return pictures * prompts;
    }
}
