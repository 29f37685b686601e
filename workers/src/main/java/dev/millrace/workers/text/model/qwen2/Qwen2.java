package dev.millrace.workers.text.model.qwen2;

import dev.millrace.workers.tensor.ConfigJson;
import dev.millrace.workers.text.model.Architecture;
import dev.millrace.workers.text.model.DecoderConfig;
import dev.millrace.workers.text.model.DecoderConfig.Extras;
import dev.millrace.workers.text.model.LlamaDialect;

/**
 * Qwen2: A. Yang et al., arXiv:2407.10671. Its window is set in every file and used in none of the
 * dense models.
 */
public final class Qwen2 implements Architecture {
    @Override
    public String modelType() {
        return "qwen2";
    }

    @Override
    public DecoderConfig configure(ConfigJson json) {
        return LlamaDialect.read(
                json, new Extras(true, false, false), LlamaDialect.sharedHeadDim(json));
    }
}
