package dev.millrace.workers.energy;

/** Hears from kernels what they have computed, each time that they have. */
public interface Meter {
    /** For kernels that nobody measures. */
    Meter NONE =
            new Meter() {
                @Override
                public void count(Operation operation, long times) {}

                @Override
                public void move(long bytes) {}
            };

    void count(Operation operation, long times);

    /** Bytes of weights, keys, values or sums were read from memory or written to it. */
    void move(long bytes);

    /** Products in f32 were added up. */
    default void products(long times) {
        count(Operation.F32_MULTIPLY, times);
        count(Operation.F32_ADD, times);
    }
}
