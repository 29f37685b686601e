package dev.millrace.protocol.model;

import java.util.List;
import java.util.Set;

/** What exploring found. */
sealed interface Finding {
    /** Every invariant holds in every state. */
    record Holds() implements Finding {}

    /** A shortest way to a state where something does not hold. */
    record Broken(Set<Invariant> what, List<Step> trace) implements Finding {}
}
