package dev.millrace.workers.tensor;

/**
 * Where the goldens are computed: {@code -Dmillrace.device}, by default the CPU. deploy/gpu runs
 * them elsewhere.
 */
public final class TestDevice {
    private static final double SLACK = 10;

    private TestDevice() {}

    public static Devices.Choice choice() {
        return Devices.named(System.getProperty("millrace.device", "cpu"));
    }

    /** Another device adds in another order: what errors may be there, in those of the CPU. */
    public static double slack() {
        return choice().isCpu() ? 1 : SLACK;
    }
}
