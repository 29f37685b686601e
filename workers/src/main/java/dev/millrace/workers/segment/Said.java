package dev.millrace.workers.segment;

import dev.millrace.protocol.Body;
import dev.millrace.workers.run.History;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a stream has of its job already.
 *
 * @param masks since it was last restarted
 * @param progress what it says was found, since then
 */
record Said(List<Body.Mask> masks, Optional<Body.Progress> progress) {
    Said {
        masks = List.copyOf(masks);
    }

    static Said of(History history) {
        var masks = new ArrayList<Body.Mask>();
        Optional<Body.Progress> progress = Optional.empty();
        for (var content : history.said()) {
            switch (content) {
                case Body.Mask mask -> masks.add(mask);
                case Body.Progress told -> progress = Optional.of(told);
                case Body.Restarted _ -> {
                    masks.clear();
                    progress = Optional.empty();
                }
                case Body.Delta _, Body.Preview _, Body.Picture _ -> {}
            }
        }
        return new Said(masks, progress);
    }
}
