package dev.millrace.workers.segment.picture;

import java.util.List;

/** What is taken from each colour and what it is divided by, in units of 0 to 255. */
public record Normalization(List<Double> mean, List<Double> deviation) {
    public static final Normalization CLIP =
            new Normalization(
                    scaled(0.48145466, 0.4578275, 0.40821073),
                    scaled(0.26862954, 0.26130258, 0.27577711));
    public static final Normalization SAM =
            new Normalization(List.of(123.675, 116.28, 103.53), List.of(58.395, 57.12, 57.375));

    public Normalization {
        mean = List.copyOf(mean);
        deviation = List.copyOf(deviation);
        if (mean.size() != 3 || deviation.size() != 3) {
            throw new IllegalArgumentException(
                    "mean and deviation must be of three colours, were %s and %s"
                            .formatted(mean, deviation));
        }
    }

    private static List<Double> scaled(double red, double green, double blue) {
        return List.of(255 * red, 255 * green, 255 * blue);
    }
}
