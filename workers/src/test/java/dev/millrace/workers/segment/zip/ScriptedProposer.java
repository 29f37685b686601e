package dev.millrace.workers.segment.zip;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Has the proposals for each ask at hand, and counts how often it is called. */
final class ScriptedProposer implements Proposer {
    private final Map<Ask, Double> bounds;
    private final Map<Ask, List<Proposal>> proposals;
    final List<Integer> batches = new ArrayList<>();

    ScriptedProposer(Map<Ask, Double> bounds, Map<Ask, List<Proposal>> proposals) {
        this.bounds = bounds;
        this.proposals = proposals;
    }

    @Override
    public double bound(Ask ask) {
        return bounds.getOrDefault(ask, 0.0);
    }

    @Override
    public List<List<Proposal>> propose(List<Ask> asks) {
        batches.add(asks.size());
        return asks.stream().map(ask -> proposals.getOrDefault(ask, List.of())).toList();
    }
}
