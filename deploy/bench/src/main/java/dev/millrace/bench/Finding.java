package dev.millrace.bench;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What was found at one point of the table, by names of decoders. */
record Finding(String cell, ReadBandwidth read, Map<String, Outcome> outcomes) {
    /** One decoder at one point. */
    sealed interface Outcome {
        /**
         * @param millis of a step, which gives each sequence a token
         * @param detail how it computed
         */
        record Measured(Sample millis, String detail) implements Outcome {}

        /** It could not be measured. */
        record NotAvailable(String reason) implements Outcome {}
    }

    /**
     * Reading a buffer as large as the weights that one step reads.
     *
     * @param gigabytesPerSecond 10^9 bytes a second, one thread
     */
    record ReadBandwidth(long bytes, Sample gigabytesPerSecond) {}

    Finding {
        outcomes = Map.copyOf(outcomes);
    }

    /** The median step of a decoder in milliseconds, if it was measured. */
    Optional<Double> millis(String peer) {
        return outcomes.get(peer) instanceof Outcome.Measured(var millis, _)
                ? Optional.of(millis.p50())
                : Optional.empty();
    }

    /** How many times faster {@code peer}'s median step makes us look; above 1 we are faster. */
    Optional<Double> ratio(String ours, String peer) {
        return millis(peer).flatMap(theirs -> millis(ours).map(mine -> theirs / mine));
    }

    /** The share of the read bandwidth at which a decoder read the weights, in percent. */
    Optional<Double> bandwidthPercent(String peer) {
        return millis(peer)
                .map(millis ->
                        100 * (read.bytes() / (millis * 1e6)) / read.gigabytesPerSecond().p50());
    }

    /** In the order of their names. */
    Map<String, Outcome> sorted() {
        return new TreeMap<>(outcomes);
    }
}
