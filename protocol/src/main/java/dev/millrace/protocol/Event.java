package dev.millrace.protocol;

/** One record of a stream: where it stands and what it says. */
public record Event(Place place, Body body) {
    public Mark mark() {
        return place.mark(body.type());
    }

    public static Event accepted(JobKey job, Body.Accepted body) {
        return new Event(new Place(job, 0, 0), body);
    }

    public static Event claimed(JobKey job, int attempt, Body.Claimed body) {
        return new Event(new Place(job, attempt, Mark.NO_SEQUENCE), body);
    }

    /**
     * A terminal event by somebody who is not the stream's worker.
     *
     * @throws IllegalArgumentException if only a worker may say it
     */
    public static Event closing(JobKey job, Body.Terminal body) {
        if (!body.type().mayClose()) {
            throw new IllegalArgumentException(
                    "a stream is closed by failed, cancelled or expired, not "
                            + body.type().word());
        }
        return new Event(new Place(job, Fence.TOP, Mark.NO_SEQUENCE), body);
    }
}
