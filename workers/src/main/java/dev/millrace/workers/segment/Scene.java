package dev.millrace.workers.segment;

import dev.millrace.protocol.MaskPrompt;
import dev.millrace.workers.segment.zip.BestFirst;
import dev.millrace.workers.segment.zip.Proposal;

import java.util.List;

/** A picture that was looked at; may be asked as often as one likes. Used by one thread. */
public interface Scene extends AutoCloseable {
    int height();

    int width();

    /** How much memory it holds. */
    long bytes();

    /**
     * Makes out what one more of some classes means, which takes its time once for each; false if
     * all of them are known.
     */
    boolean learn(List<String> classes);

    /**
     * Looks for things.
     *
     * @param most masks
     * @param minScore of a mask
     */
    Findings find(List<String> classes, int most, double minScore);

    /** What each prompt asks for: one mask, labelled with the prompt's index. */
    List<Proposal> draw(List<MaskPrompt> prompts);

    @Override
    void close();

    /**
     * What was found.
     *
     * @param present classes that seem to be there, the likeliest first
     * @param asks at how many places masks are drawn
     * @param masks to come; their labels are places in {@code present}
     */
    record Findings(List<Present> present, int asks, BestFirst masks) {
        public Findings {
            present = List.copyOf(present);
        }
    }

    /**
     * A class that seems to be there.
     *
     * @param label its place in the list that was asked for
     */
    record Present(int label, double score) {}
}
