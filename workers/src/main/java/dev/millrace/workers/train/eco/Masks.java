package dev.millrace.workers.train.eco;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import dev.millrace.workers.tensor.Tensors;
import dev.millrace.workers.text.kv.eco.EcoSettings;
import dev.millrace.workers.text.model.Sight;

/** Who sees whom in a text: 1 where a token (a row) sees another (a column), [tokens, tokens]. */
final class Masks {
    private Masks() {}

    private interface Seen {
        boolean sees(int position, int other);
    }

    /** What a layer sees that has no tail. */
    static NDArray sight(NDManager scope, Sight sight, int tokens) {
        return of(scope, tokens, (position, other) -> other >= sight.from(position));
    }

    /** The first tokens and the newest. */
    static NDArray exact(NDManager scope, EcoSettings settings, int tokens) {
        return of(scope, tokens, (position, other) -> isExact(settings, position, other));
    }

    /** Those between. */
    static NDArray tail(NDManager scope, EcoSettings settings, int tokens) {
        return of(scope, tokens, (position, other) -> !isExact(settings, position, other));
    }

    private static boolean isExact(EcoSettings settings, int position, int other) {
        return other < settings.sinks() || other > position - settings.window();
    }

    /** Among those that came before, and oneself. */
    private static NDArray of(NDManager scope, int tokens, Seen seen) {
        var mask = new float[tokens * tokens];
        for (int position = 0; position < tokens; position++) {
            for (int other = 0; other <= position; other++) {
                mask[position * tokens + other] = seen.sees(position, other) ? 1 : 0;
            }
        }
        return Tensors.floats(scope, mask, tokens, tokens);
    }
}
