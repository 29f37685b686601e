package dev.millrace.workers.image.flow.tarflow;

import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;

/** How likely pictures are to a flow, and in which direction they would be more so. */
final class Likelihood {
    private Likelihood() {}

    /** Maps pictures, [pictures, channels, side, side], to latents. */
    static TarFlow.Encoding encode(TarFlow model, float[] pictures, int... labels) {
        try (var scope = model.scope().newSubManager()) {
            var p = model.patches().cut(model.pictures(scope, pictures));
            var determinants = new float[labels.length];
            var outputs = new float[model.blocks()][];
            var mix = model.mix(scope, labels);
            for (int block = 0; block < model.blocks(); block++) {
                var e = mix.matMul(model.weights().classes().get(block)).expandDims(1);
                var zab =
                        model.script()
                                .callForList(scope, "encode", p, model.weights().block(block), e);
                float[] means = zab.get(1).mean(new int[] {2}).mean(new int[] {1}).toFloatArray();
                for (int i = 0; i < means.length; i++) {
                    determinants[i] -= means[i];
                }
                p = zab.get(0).flip(1); // the next block's order
                outputs[block] = (block % 2 == 0 ? zab.get(0) : p).toFloatArray();
            }
            return new TarFlow.Encoding(
                    outputs[model.blocks() - 1],
                    determinants,
                    loss(outputs[model.blocks() - 1], determinants),
                    outputs);
        }
    }

    private static double loss(float[] latents, float... determinants) {
        double squares = 0;
        for (float z : latents) {
            squares += (double) z * z;
        }
        double sum = 0;
        for (float determinant : determinants) {
            sum += determinant;
        }
        return 0.5 * squares / latents.length - sum / determinants.length;
    }

    /**
     * Gradient of the {@link TarFlow.Encoding#loss} with respect to the pictures, in their shape.
     */
    static float[] gradient(TarFlow model, float[] pictures, int... labels) {
        boolean before = JniUtils.isGradMode();
        JniUtils.setGradMode(true); // of this thread alone
        try (var scope = model.scope().newSubManager()) {
            var x = model.pictures(scope, pictures);
            x.setRequiresGradient(true);
            var arguments = new NDList(model.patches().cut(x), model.mix(scope, labels));
            addNamed(arguments, model.weights().all(), "w[]");
            addNamed(arguments, model.weights().classes(), "classes[]");
            var loss = model.script().callDifferentiable(arguments);
            loss.attach(scope);
            JniUtils.backward((PtNDArray) loss, (PtNDArray) loss.onesLike(), false, false);
            return x.getGradient().toFloatArray();
        } finally {
            JniUtils.setGradMode(before);
        }
    }

    private static void addNamed(NDList arguments, NDList list, String name) {
        for (var array : list) {
            array.setName(name);
            arguments.add(array);
        }
    }
}
