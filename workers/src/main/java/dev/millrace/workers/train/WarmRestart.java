package dev.millrace.workers.train;

/**
 * A schedule after a schedule: the rate falls to nothing, rises again and falls a second time (I.
 * Loshchilov and F. Hutter, <i>SGDR</i>, arXiv:1608.03983).
 */
public record WarmRestart(LearningRate first, LearningRate second) {
    /** The rate of a step, counted from 0. */
    public double at(long step) {
        return step < first.steps() ? first.at(step) : second.at(step - first.steps());
    }
}
