package dev.millrace.workers.text.model;

import dev.millrace.workers.tensor.ConfigJson;

/** A family of decoders: how its {@code config.json} is read and what its tensors are called. */
public interface Architecture {
    /** The {@code model_type} that {@code config.json} names it by. */
    String modelType();

    /** Reads the configuration; refuses what this architecture can say but we do not compute. */
    DecoderConfig configure(ConfigJson json);

    /** The tensors such a model has. */
    default DecoderTensors tensors(DecoderConfig config) {
        return DecoderTensors.named(config);
    }
}
