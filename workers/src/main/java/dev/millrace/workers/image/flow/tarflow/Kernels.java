package dev.millrace.workers.image.flow.tarflow;

import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;

import java.nio.file.Path;

/** What computes the sweeps of a TarFlow. */
public enum Kernels {
    /** libtorch, on any device, in any type. */
    SCRIPT,
    /** Java's Vector API, on a CPU in f32, with one thread. */
    VECTOR;

    /** Above it, reading weights from memory takes longest, and they are half as long in bf16. */
    private static final int WIDEST = 511;

    static Kernels fastest(Path folder, Devices.Choice device, ElementType inner) {
        boolean isSmall = TarFlowConfig.read(folder).width() <= WIDEST;
        return device.isCpu() && inner == ElementType.F32 && isSmall ? VECTOR : SCRIPT;
    }
}
