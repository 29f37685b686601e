package dev.millrace.workers.train.eco;

import ai.djl.ndarray.NDArray;

import dev.millrace.workers.eco.KernelHash;
import dev.millrace.workers.text.kv.eco.AnchorHash;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Those of an {@link AnchorHash}, which a key head's queries share.
 *
 * @param anchors [kvHeads, anchors, headDim]; calibrated, then constant
 * @param sigma [kvHeads]; the same
 * @param mean [kvHeads, anchors]; the same
 * @param vectors [kvHeads, bits, anchors]; learned
 */
record AnchorParameters(NDArray anchors, NDArray sigma, NDArray mean, NDArray vectors)
        implements CodeParameters {
    @Override
    public NDArray ofKeys(NDArray keys) {
        long kvHeads = anchors.getShape().get(0);
        var distances = KernelHash.distances(KernelHash.unit(keys), anchors);
        var kernel = distances.div(sigma.reshape(kvHeads, 1, 1).mul(-2)).exp();
        var centred = kernel.sub(mean.reshape(kvHeads, 1, -1));
        return KernelHash.codes(centred.matMul(vectors.transpose(0, 2, 1)));
    }

    @Override
    public NDArray ofQueries(NDArray queries) {
        long kvHeads = anchors.getShape().get(0);
        var shape = queries.getShape();
        long rows = shape.get(0) / kvHeads * shape.get(1);
        return ofKeys(queries.reshape(kvHeads, rows, shape.get(2)))
                .reshape(shape.get(0), shape.get(1), -1);
    }

    @Override
    public Map<String, NDArray> parts() {
        var parts = new LinkedHashMap<String, NDArray>();
        parts.put("anchors", anchors);
        parts.put("sigma", sigma);
        parts.put("mean", mean);
        parts.put("vectors", vectors);
        return parts;
    }

    @Override
    public Map<String, NDArray> learned() {
        return Map.of("vectors", vectors);
    }
}
