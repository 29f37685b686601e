package dev.millrace.workers.text.kernels.torch;

import dev.millrace.workers.text.model.DecoderConfig;

import java.util.Arrays;
import java.util.List;

/**
 * The weights of one layer as the script takes them; what is applied to the same input is one
 * matrix.
 */
enum LayerWeight {
    ATTENTION_NORM("attentionNorm"),
    QKV("qkv"),
    QKV_BIAS("qkvBias"),
    QUERY_NORM("queryNorm"),
    KEY_NORM("keyNorm"),
    LOG_SCALE("logScale"),
    OUTPUT("output"),
    OUTPUT_BIAS("outputBias"),
    MLP_NORM("mlpNorm"),
    GATE_UP("gateUp"),
    DOWN("down");

    private final String scriptName;

    LayerWeight(String scriptName) {
        this.scriptName = scriptName;
    }

    String scriptName() {
        return scriptName;
    }

    /** Those that a layer of this model has, in order. */
    static List<LayerWeight> of(DecoderConfig config) {
        return Arrays.stream(values()).filter(weight -> weight.isIn(config)).toList();
    }

    private boolean isIn(DecoderConfig config) {
        return switch (this) {
            case QKV_BIAS -> config.extras().qkvBias();
            case OUTPUT_BIAS -> config.extras().outputBias();
            case QUERY_NORM, KEY_NORM -> config.extras().qkNorm();
            case LOG_SCALE -> config.isLogScaled();
            case ATTENTION_NORM, QKV, OUTPUT, MLP_NORM, GATE_UP, DOWN -> true;
        };
    }
}
