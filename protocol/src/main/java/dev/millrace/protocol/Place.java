package dev.millrace.protocol;

/**
 * Where an event stands: in whose stream, by which attempt, with which number. See {@link Mark} for
 * the two numbers.
 */
public record Place(JobKey job, int attempt, int sequence) {
    public Mark mark(EventType type) {
        return new Mark(type, attempt, sequence);
    }
}
