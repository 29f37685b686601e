package dev.millrace.workers.segment.zip;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Draws prompts with a decoder and keeps for each claim the mask that the rules choose. */
public record DecodedProposals(MaskDecoder decoder, MaskRules rules, ClassScores scores)
        implements Proposer {
    @Override
    public double bound(Ask ask) {
        return rules.bound(ask, scores);
    }

    @Override
    public List<List<Proposal>> propose(List<Ask> asks) {
        var decoded = decoder.decode(asks.stream().map(Ask::prompt).toList());
        if (decoded.size() != asks.size()) {
            throw new IllegalStateException(
                    "%d prompts were drawn as %d".formatted(asks.size(), decoded.size()));
        }
        var proposals = new ArrayList<List<Proposal>>();
        for (int i = 0; i < asks.size(); i++) {
            var candidates = decoded.get(i);
            proposals.add(
                    asks.get(i).claims().stream()
                            .map(claim -> rules.choose(claim, candidates, scores))
                            .flatMap(Optional::stream)
                            .toList());
        }
        return proposals;
    }
}
