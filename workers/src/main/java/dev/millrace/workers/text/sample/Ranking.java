package dev.millrace.workers.text.sample;

/**
 * Takes tokens from the heaviest down, only as many as are wanted: a binary heap over the first
 * {@code size} places of {@code tokens}, built in linear time.
 *
 * <p>What is taken collects at the far end of the array; {@link #take} puts it in order at the
 * front.
 */
final class Ranking {
    private final long[] weights;
    private final int[] tokens;
    private int size;
    private long taken;

    Ranking(long[] weights, int[] tokens, int size) {
        this.weights = weights;
        this.tokens = tokens;
        this.size = size;
        for (int at = size / 2 - 1; at >= 0; at--) {
            sift(at);
        }
    }

    /** Takes until {@code most} tokens or {@code enough} weight are taken; returns how many. */
    int take(int most, long enough) {
        int end = size;
        while (end - size < most && size > 0 && taken < enough) {
            taken += weights[tokens[0]];
            swap(0, --size);
            sift(0);
        }
        int count = end - size;
        for (int front = 0, back = end - 1; front < count; front++, back--) {
            if (front < back) {
                swap(front, back);
            }
        }
        return count;
    }

    /** The weight of all that was taken. */
    long taken() {
        return taken;
    }

    private void sift(int from) {
        int at = from;
        while (true) {
            int child = 2 * at + 1;
            if (child >= size) {
                return;
            }
            if (child + 1 < size && ranksBefore(tokens[child + 1], tokens[child])) {
                child++;
            }
            if (!ranksBefore(tokens[child], tokens[at])) {
                return;
            }
            swap(at, child);
            at = child;
        }
    }

    private boolean ranksBefore(int one, int other) {
        return weights[one] != weights[other] ? weights[one] > weights[other] : one < other;
    }

    private void swap(int one, int other) {
        int token = tokens[one];
        tokens[one] = tokens[other];
        tokens[other] = token;
    }
}
