package dev.millrace.workers.segment.zip;

import java.util.List;

/** Makes masks for what is asked. */
public interface Proposer {
    /** A score that no proposal for the ask exceeds. */
    double bound(Ask ask);

    /**
     * Proposals for some asks at once, none or several for each.
     *
     * @return as many lists as asks, in their order
     */
    List<List<Proposal>> propose(List<Ask> asks);
}
