package dev.millrace.workers.tensor;

import ai.djl.ndarray.BaseNDManager;
import ai.djl.ndarray.NDManager;

import java.util.Map;

/** Counts native arrays, so that a test can see that none is left behind. */
public final class LiveArrays {
    private LiveArrays() {}

    /** All that a scope would close, and what is in the scopes below it. */
    public static int in(NDManager scope) {
        return count(scope);
    }

    private static int count(Object resource) {
        if (!(resource instanceof BaseNDManager)) {
            return 1;
        }
        try {
            var field = BaseNDManager.class.getDeclaredField("resources");
            field.setAccessible(true);
            return ((Map<?, ?>) field.get(resource))
                    .values().stream().mapToInt(LiveArrays::count).sum();
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }
}
