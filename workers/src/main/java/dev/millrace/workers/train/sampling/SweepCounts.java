package dev.millrace.workers.train.sampling;

import dev.millrace.workers.image.flow.Guidance;
import dev.millrace.workers.image.solve.Window;
import dev.millrace.workers.tensor.ElementType;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** How many sweeps the window needs on the shipped model, by its width. */
final class SweepCounts {
    private static final double TOLERANCE = 0.01;

    private SweepCounts() {}

    /** {@code sweeps_WIDTH} of a whole picture, the mean of some, and {@code tokens} of a block. */
    static Map<String, Double> measure(Studio studio, ImageBench.Options options) {
        int draws = options.many(16, 2);
        var figures = new LinkedHashMap<String, Double>();
        figures.put("tokens", (double) studio.exact().patches().tokens());
        for (int width : PublishedMeasure.WIDTHS) {
            var windows =
                    Collections.nCopies(studio.exact().blocks(), new Window(width, TOLERANCE));
            var arm =
                    Arm.window("counted", ElementType.F32, studio.sequential().kernels(), windows);
            int[] sweeps = new int[1];
            for (int draw = 0; draw < draws; draw++) {
                var request = studio.request(6, draw, 1, Guidance.NONE, 0);
                studio.make(arm, request, (_, _) -> ++sweeps[0] > 0);
            }
            figures.put("sweeps_" + width, (double) sweeps[0] / draws);
        }
        return figures;
    }
}
