package dev.millrace.gateway.http.openai;

import dev.millrace.protocol.Body;

import java.util.HashMap;
import java.util.Map;

/**
 * Chooses few previews of each picture out of many, evenly over the work: the first one at or after
 * every 1/(n+1) of it.
 */
final class Partials {
    private final int most;
    private final Map<Integer, Integer> told = new HashMap<>();

    /**
     * @param most of each picture
     */
    Partials(int most) {
        this.most = most;
    }

    /** Whether a preview is the next to be told. */
    boolean takes(Body.Preview preview) {
        int next = told(preview.picture());
        return next < most && preview.fraction() * (most + 1) >= next + 1;
    }

    /** Counts one that is told; its index among its picture's. */
    int count(Body.Preview preview) {
        int index = told(preview.picture());
        told.put(preview.picture(), index + 1);
        return index;
    }

    private int told(int picture) {
        return told.getOrDefault(picture, 0);
    }
}
