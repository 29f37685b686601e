package dev.millrace.workers.segment.sam;

import dev.millrace.workers.segment.RandomWeights;
import dev.millrace.workers.segment.sam.SamConfig.Decoder;
import dev.millrace.workers.segment.sam.SamConfig.Prompts;
import dev.millrace.workers.segment.sam.SamConfig.Vision;
import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;

import java.nio.file.Path;
import java.util.List;

/** Small SAMs of random weights. */
public final class RandomSam {
    /** Windows of 3 cells do not fill 4 cells; the second layer sees everything. */
    public static final SamConfig SMALL = config(32, 3, List.of(1), 2);

    private RandomSam() {}

    static SamConfig config(int side, int window, List<Integer> global, int downsample) {
        return new SamConfig(
                new Vision(16, 16, 24, 3, 2, 3, side, 8, window, global, 1e-6),
                new Prompts(8, 1e-6),
                new Decoder(20, 2, 2, downsample, 3, 3, 12, 1e-5));
    }

    static RandomWeights weights(SamConfig config, long seed) {
        return new RandomWeights(SamWeights.of(config), seed);
    }

    public static Sam open(Path folder, SamConfig config) {
        weights(config, 4).write(folder, config.json());
        return Sam.open(folder, Devices.cpu(), ElementType.F32);
    }
}
