package dev.millrace.protocol.model;

/**
 * How far the machine may go.
 *
 * @param tokens the length of the answer
 * @param window how many records a worker may have on the way to the log
 * @param deliveries how often the queue hands the job out before it gives it up
 * @param crashes of a worker, all in all
 * @param failovers of the queue's broker, which then hands out the same delivery count again
 * @param failures of a send for good; what was sent may still land later
 */
record Bounds(int tokens, int window, int deliveries, int crashes, int failovers, int failures) {}
