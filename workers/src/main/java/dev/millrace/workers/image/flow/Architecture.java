package dev.millrace.workers.image.flow;

import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;

import java.nio.file.Path;

/** A kind of flow, by what {@code config.json} calls it. */
public interface Architecture {
    String modelType();

    /** Reads what the folder says. */
    FlowFacts facts(Path folder);

    /**
     * Loads the weights.
     *
     * @param inner what the layers' products are computed in: F32 or BF16
     */
    FlowModel open(Path folder, Devices.Choice device, ElementType inner);
}
