package dev.millrace.workers.image;

import dev.millrace.protocol.Body;
import dev.millrace.workers.run.History;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What a stream has of its job already.
 *
 * @param previews how many
 * @param sweeps of each picture that it has previews of, at the last one
 * @param done pictures that it has
 */
record Said(int previews, Map<Integer, Integer> sweeps, Set<Integer> done) {
    Said {
        sweeps = Map.copyOf(sweeps);
        done = Set.copyOf(done);
    }

    static Said of(History history) {
        int previews = 0;
        var sweeps = new HashMap<Integer, Integer>();
        var done = new HashSet<Integer>();
        for (var content : history.said()) {
            switch (content) {
                case Body.Preview preview -> {
                    previews++;
                    sweeps.put(preview.picture(), sum(preview.sweeps()));
                }
                case Body.Picture picture -> done.add(picture.picture());
                case Body.Delta _, Body.Mask _, Body.Progress _, Body.Restarted _ -> {}
            }
        }
        return new Said(previews, sweeps, done);
    }

    private static int sum(Body.Sweeps sweeps) {
        return sweeps.counts().stream().mapToInt(Integer::intValue).sum();
    }

    /** Sweeps after which there may be a new preview of a picture. */
    int sweeps(int picture) {
        return sweeps.getOrDefault(picture, 0);
    }
}
