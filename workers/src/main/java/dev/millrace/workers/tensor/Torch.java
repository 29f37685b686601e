package dev.millrace.workers.tensor;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;

/**
 * What must be said to libtorch before it computes.
 *
 * <p>Both switches are thread-local there. Grad mode is off only on the thread that happened to
 * load the engine; left on elsewhere, every inference builds a graph that is never used. The graph
 * optimiser specialises TorchScript on shapes, and a KV cache's length changes with every step:
 * each new length would cost milliseconds.
 */
public final class Torch {
    private Torch() {}

    /**
     * To be called first by every thread that runs models (a training thread turns grad mode on
     * again itself).
     */
    public static void prepareThread() {
        Engine.getEngine("PyTorch");
        JniUtils.setGradMode(false);
        JniUtils.setGraphExecutorOptimize(false);
    }

    /**
     * How many threads one operation may use; for the whole process. One suits decoding on shared
     * cores.
     */
    public static void useThreads(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be at least 1, was " + threads);
        }
        Engine.getEngine("PyTorch");
        JniUtils.setNumThreads(threads);
    }

    /** A root scope on a device; the caller closes it. */
    public static NDManager newScope(Devices.Choice device) {
        return Engine.getEngine("PyTorch").newBaseManager(device.device());
    }
}
