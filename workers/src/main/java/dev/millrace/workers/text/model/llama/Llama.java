package dev.millrace.workers.text.model.llama;

import dev.millrace.workers.tensor.ConfigJson;
import dev.millrace.workers.text.model.Architecture;
import dev.millrace.workers.text.model.DecoderConfig;
import dev.millrace.workers.text.model.DecoderConfig.Extras;
import dev.millrace.workers.text.model.LlamaDialect;

/** Llama: H. Touvron et al., arXiv:2302.13971 and 2307.09288; A. Dubey et al., arXiv:2407.21783. */
public final class Llama implements Architecture {
    @Override
    public String modelType() {
        return "llama";
    }

    @Override
    public DecoderConfig configure(ConfigJson json) {
        boolean bias = json.flag("attention_bias", false);
        return LlamaDialect.read(
                json, new Extras(bias, bias, false), LlamaDialect.sharedHeadDim(json));
    }
}
