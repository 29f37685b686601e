package dev.millrace.workers.text.tokens;

import java.util.List;

/**
 * Finds stop strings in text that arrives in pieces, and passes on only text that can no longer
 * become part of one.
 *
 * <p>The stop string that is complete first ends the text, wherever pieces begin and end; of
 * several that end together the longest. Constant work per character and stop string (Knuth,
 * Morris, Pratt).
 */
public final class StopMatcher {
    private final List<Needle> needles;
    private final StringBuilder held = new StringBuilder();
    private boolean stopped;

    /** No stop string may be empty. */
    public StopMatcher(List<String> stops) {
        needles = stops.stream().map(Needle::new).toList();
    }

    /** Takes more text; returns what may be shown of all that was held, nothing after a stop. */
    public String add(String text) {
        if (needles.isEmpty()) {
            return text;
        }
        for (int at = 0; at < text.length() && !stopped; at++) {
            held.append(text.charAt(at));
            advance(text.charAt(at));
        }
        return release(stopped ? held.length() : held.length() - longestPrefix());
    }

    /** Whether a stop string has been found; it and all after it is never returned. */
    public boolean hasStopped() {
        return stopped;
    }

    /** The text has ended: returns what was held back. */
    public String flush() {
        return release(held.length());
    }

    private void advance(char unit) {
        int found = 0;
        for (var needle : needles) {
            if (needle.advance(unit)) {
                found = Math.max(found, needle.length());
            }
        }
        if (found > 0) {
            stopped = true;
            held.setLength(held.length() - found);
        }
    }

    private int longestPrefix() {
        int longest = 0;
        for (var needle : needles) {
            longest = Math.max(longest, needle.matched());
        }
        return longest;
    }

    private String release(int length) {
        var released = held.substring(0, length);
        held.delete(0, length);
        return released;
    }
}
