package dev.millrace.workers.image.solve;

import dev.millrace.workers.image.flow.FlowModel;
import dev.millrace.workers.image.flow.Guidance;
import dev.millrace.workers.image.flow.Inversion;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Turns noise into pictures: block after block, from the flow's last to its first. */
public final class FlowSampler {
    private final FlowModel model;
    private final Plan plan;

    /**
     * What to make.
     *
     * @param noise standard normal, [labels, tokens, tokenWidth]
     * @param labels one per picture; negative means none
     * @param cleaning how much of the model's noise is taken away at the end; 0 means nothing, 1 is
     *     Tweedie's formula
     */
    @SuppressWarnings("ArrayRecordComponent") // read once, by the one who is handed it
    public record Request(float[] noise, int[] labels, Guidance guidance, double cleaning) {
        /** Plain samples. */
        public static Request plain(float[] noise, int... labels) {
            return new Request(noise, labels, Guidance.NONE, 0);
        }
    }

    public FlowSampler(FlowModel model, Plan plan) {
        if (plan.solvers().size() != model.blocks()) {
            throw new IllegalArgumentException(
                    "the plan must have a solver for each of %d blocks, has %d"
                            .formatted(model.blocks(), plan.solvers().size()));
        }
        this.model = model;
        this.plan = plan;
    }

    /**
     * Makes the pictures, each [channels, side, side] with values around [-1, 1]; nothing if the
     * listener did not want to go on.
     */
    public Optional<List<float[]>> sample(Request request, SweepListener listener) {
        try (var inversion = model.invert(request.noise(), request.labels(), request.guidance())) {
            for (int i = 0; i < model.blocks(); i++) {
                int block = model.blocks() - 1 - i;
                inversion.enter(block);
                var witness = new Witness(block, inversion, listener);
                if (!plan.solvers().get(i).solve(inversion, witness)) {
                    return Optional.empty();
                }
            }
            return Optional.of(cleaned(pictures(inversion), request));
        }
    }

    private static List<float[]> pictures(Inversion inversion) {
        var pictures = new ArrayList<float[]>();
        for (int i = 0; i < inversion.pictures(); i++) {
            pictures.add(inversion.picture(i));
        }
        return pictures;
    }

    /** One by one, so that a picture does not depend on its neighbours. */
    private List<float[]> cleaned(List<float[]> pictures, Request request) {
        if (request.cleaning() == 0) {
            return pictures;
        }
        var cleaned = new ArrayList<float[]>();
        for (int i = 0; i < pictures.size(); i++) {
            int[] label = {request.labels()[i]};
            cleaned.add(model.denoised(pictures.get(i), label, request.cleaning()));
        }
        return cleaned;
    }
}
