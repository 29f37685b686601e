package dev.millrace.workers.train.scenes.sam;

import dev.millrace.workers.segment.sam.SamConfig;
import dev.millrace.workers.segment.sam.SamConfig.Decoder;
import dev.millrace.workers.segment.sam.SamConfig.Prompts;
import dev.millrace.workers.segment.sam.SamConfig.Vision;

import java.util.List;

/** A SAM of few weights, for scenes of the smallest size. */
final class TinySam {
    static final int SIDE = 48;

    static final SamConfig CONFIG =
            new SamConfig(
                    new Vision(16, 16, 32, 2, 2, 3, SIDE, 8, 3, List.of(1), 1e-6),
                    new Prompts(8, 1e-6),
                    new Decoder(24, 2, 2, 2, 3, 3, 12, 1e-6));

    private TinySam() {}
}
