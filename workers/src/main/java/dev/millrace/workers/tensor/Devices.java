package dev.millrace.workers.tensor;

import ai.djl.Device;
import ai.djl.engine.Engine;

import java.util.regex.Pattern;

/**
 * Where models compute: {@code cpu}, {@code gpu} or {@code gpu1}, or {@code auto}: the first GPU if
 * there is one.
 */
public final class Devices {
    private static final Pattern GPU = Pattern.compile("gpu(\\d{0,2})");

    /** A device that this process has. */
    public record Choice(Device device) {
        public boolean isCpu() {
            return device.equals(Device.cpu());
        }
    }

    private Devices() {}

    public static Choice cpu() {
        return new Choice(Device.cpu());
    }

    /** The device of that name; refused when this machine has none such. */
    public static Choice named(String name) {
        return named(name, Engine.getEngine("PyTorch").getGpuCount());
    }

    static Choice named(String name, int gpus) {
        var gpu = GPU.matcher(name);
        if (name.equals("cpu") || (name.equals("auto") && gpus == 0)) {
            return cpu();
        }
        if (name.equals("auto")) {
            return new Choice(Device.gpu(0));
        }
        if (!gpu.matches()) {
            throw new IllegalArgumentException(
                    "device must be auto, cpu, gpu or gpuN, was \"" + name + "\"");
        }
        int index = gpu.group(1).isEmpty() ? 0 : Integer.parseInt(gpu.group(1));
        if (index >= gpus) {
            throw new IllegalArgumentException(
                    "device " + name + " does not exist here: GPUs found: " + gpus);
        }
        return new Choice(Device.gpu(index));
    }
}
