package dev.millrace.workers.train.eco;

import ai.djl.ndarray.NDArray;

import dev.millrace.workers.eco.KernelHash;
import dev.millrace.workers.text.kv.eco.PlaneHash;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Those of a {@link PlaneHash}.
 *
 * @param keys [kvHeads, bits, headDim]; learned
 * @param queries [heads, bits, headDim]; learned
 */
record PlaneParameters(NDArray keys, NDArray queries) implements CodeParameters {
    @Override
    public NDArray ofKeys(NDArray some) {
        return codes(some, keys);
    }

    @Override
    public NDArray ofQueries(NDArray some) {
        return codes(some, queries);
    }

    /** Lengths do not change a sign; without them gradients pass it. */
    private static NDArray codes(NDArray some, NDArray planes) {
        return KernelHash.codes(KernelHash.unit(some).matMul(planes.transpose(0, 2, 1)));
    }

    @Override
    public Map<String, NDArray> parts() {
        var parts = new LinkedHashMap<String, NDArray>();
        parts.put("key_planes", keys);
        parts.put("query_planes", queries);
        return parts;
    }

    @Override
    public Map<String, NDArray> learned() {
        return parts();
    }
}
