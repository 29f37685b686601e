package dev.millrace.workers.image.flow;

import java.util.List;

/**
 * A flow that can be sampled from: a stack of blocks, each a bijection of tokens. Several threads
 * may use it.
 */
public interface FlowModel extends AutoCloseable {
    /** No label: what any picture looks like. */
    int ANY = -1;

    Patches patches();

    /** How many there are; block 0 is the one next to the picture. */
    int blocks();

    /**
     * Begins to turn noise into pictures.
     *
     * @param noise standard normal, [pictures, tokens, tokenWidth]
     * @param labels one per picture; {@link #ANY} or any negative number means none
     */
    Inversion invert(float[] noise, int[] labels, Guidance guidance);

    /**
     * One sweep of several inversions at once, of one picture each, which have entered the same
     * block and are guided alike: all or none. Sums may round otherwise than in a sweep alone.
     *
     * @param runs one of each, as long as all others
     * @return what has changed in each
     */
    List<Inversion.Change> sweepTogether(List<Inversion> inversions, List<Inversion.Run> runs);

    /**
     * What blocks that are still to come will roughly make of a picture: one sweep over each,
     * without guidance.
     *
     * @param picture as it stands, [channels, side, side], as the result
     * @param label negative means none
     * @param blocks in the order of sampling
     */
    float[] ahead(float[] picture, int label, List<Integer> blocks);

    /**
     * Takes the noise away that the model was trained with: {@code x + m sigma^2 grad log p(x)}, at
     * m = 1 Tweedie's formula (arXiv:2412.06329, equation 8).
     *
     * @param pictures [pictures, channels, side, side], as the result
     * @param multiple m
     */
    float[] denoised(float[] pictures, int[] labels, double multiple);

    @Override
    void close();
}
