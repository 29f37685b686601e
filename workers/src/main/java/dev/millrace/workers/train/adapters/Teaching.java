package dev.millrace.workers.train.adapters;

/** What of a token's attention its selection is to follow. */
public enum Teaching {
    /** All of it, as published. */
    WHOLE,
    /** What can be selected, not what is seen anyway. */
    RESIDUAL
}
