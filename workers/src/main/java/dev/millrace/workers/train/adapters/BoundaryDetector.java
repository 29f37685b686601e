package dev.millrace.workers.train.adapters;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;

import dev.millrace.workers.tensor.Tensors;
import dev.millrace.workers.train.AdamW;

/** Learns to find the ends of sentences (ChunkLLM, section 3.1). */
final class BoundaryDetector {
    private static final double RATE = 5e-2;

    private final AdapterParameters parameters;
    private final AdamW optimizer;

    BoundaryDetector(AdapterParameters parameters, AdamW optimizer) {
        this.parameters = parameters;
        this.optimizer = optimizer;
    }

    /**
     * Probability that a sentence ends, [tokens, 1].
     *
     * @param x the first layer's output, [tokens, hidden]
     */
    NDArray probabilities(NDArray x) {
        var scores =
                x.matMul(parameters.get(AdapterParameters.BOUNDARY).transpose())
                        .add(parameters.get(AdapterParameters.BIAS));
        return Activation.sigmoid(scores);
    }

    /**
     * One step of logistic regression: the gradient of its cross-entropy is (p - y) x.
     *
     * @return the cross-entropy before it
     */
    double learn(NDArray x, boolean[] ends, long step, double rate) {
        var y = Tensors.floats(x.getManager(), labels(ends), ends.length, 1);
        var p = probabilities(x);
        var difference = p.sub(y);
        update(AdapterParameters.BOUNDARY, difference.transpose().matMul(x), ends, step, rate);
        update(AdapterParameters.BIAS, difference.sum().reshape(1), ends, step, rate);
        var right = y.mul(p).add(y.neg().add(1).mul(p.neg().add(1))).clip(1e-12, 1);
        return -right.log().mean().toFloatArray()[0];
    }

    private void update(String name, NDArray sum, boolean[] ends, long step, double rate) {
        optimizer.update(name, parameters.get(name), sum.div(ends.length), step, RATE * rate);
    }

    private static float[] labels(boolean... ends) {
        float[] labels = new float[ends.length];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = ends[i] ? 1 : 0;
        }
        return labels;
    }
}
