package dev.millrace.workers.segment;

import dev.millrace.protocol.Body;
import dev.millrace.workers.run.History;

import java.util.ArrayList;
import java.util.List;

/**
 * What a stream has of its job already.
 *
 * @param masks since it was last restarted
 * @param hasProgress whether it says what was found
 */
record Said(List<Body.Mask> masks, boolean hasProgress) {
    Said {
        masks = List.copyOf(masks);
    }

    static Said of(History history) {
        var masks = new ArrayList<Body.Mask>();
        boolean hasProgress = false;
        for (var content : history.said()) {
            switch (content) {
                case Body.Mask mask -> masks.add(mask);
                case Body.Progress _ -> hasProgress = true;
                case Body.Restarted _ -> {
                    masks.clear();
                    hasProgress = false;
                }
                case Body.Delta _, Body.Preview _, Body.Picture _ -> {}
            }
        }
        return new Said(masks, hasProgress);
    }
}
