package dev.millrace.workers.train.adapters;

/**
 * How well the ends of sentences are found.
 *
 * @param precision of what is taken for an end, the share that is one
 * @param recall of the ends, the share that is taken for one
 */
public record Detection(double precision, double recall) {
    /** The harmonic mean of both. */
    public double f1() {
        return precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall);
    }

    /** Counts tokens, with a threshold of one half. */
    static final class Counter {
        private long taken;
        private long ends;
        private long both;

        void add(float[] probabilities, boolean[] isEnd) {
            for (int i = 0; i < isEnd.length; i++) {
                boolean isTaken = probabilities[i] > 0.5;
                taken += isTaken ? 1 : 0;
                ends += isEnd[i] ? 1 : 0;
                both += isTaken && isEnd[i] ? 1 : 0;
            }
        }

        Detection result() {
            return new Detection(
                    taken == 0 ? 0 : (double) both / taken, ends == 0 ? 0 : (double) both / ends);
        }
    }
}
