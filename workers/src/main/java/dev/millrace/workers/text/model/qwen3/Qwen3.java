package dev.millrace.workers.text.model.qwen3;

import dev.millrace.workers.tensor.ConfigJson;
import dev.millrace.workers.text.model.Architecture;
import dev.millrace.workers.text.model.DecoderConfig;
import dev.millrace.workers.text.model.DecoderConfig.Extras;
import dev.millrace.workers.text.model.LlamaDialect;

/** Qwen3: A. Yang et al., arXiv:2505.09388. */
public final class Qwen3 implements Architecture {
    private static final int HEAD_DIM = 128; // where config.json does not say

    @Override
    public String modelType() {
        return "qwen3";
    }

    @Override
    public DecoderConfig configure(ConfigJson json) {
        boolean bias = json.flag("attention_bias", false);
        return LlamaDialect.read(json, new Extras(bias, bias, true), HEAD_DIM);
    }
}
