package dev.millrace.workers.segment.sam;

/** What a point says about its place; the numbers are SAM's own. */
public enum Label {
    /** No point at all. */
    NONE(-1),
    /** Not part of the object. */
    NEGATIVE(0),
    /** Part of the object. */
    POSITIVE(1);

    private final int number;

    Label(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }
}
