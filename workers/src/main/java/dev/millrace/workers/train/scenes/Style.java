package dev.millrace.workers.train.scenes;

import java.util.List;

/** Which textures and colours backgrounds have. */
public enum Style {
    /** What models learn from. */
    USUAL(0, 0.75, 0.25, 0.9),

    /** What no model has seen: other textures, in stronger, darker and lighter colours too. */
    HELD_OUT(0, 0.85, 0.15, 1);

    private final double leastSaturation;
    private final double mostSaturation;
    private final double leastValue;
    private final double mostValue;

    Style(double leastSaturation, double mostSaturation, double leastValue, double mostValue) {
        this.leastSaturation = leastSaturation;
        this.mostSaturation = mostSaturation;
        this.leastValue = leastValue;
        this.mostValue = mostValue;
    }

    List<Texture> textures() {
        return switch (this) {
            case USUAL -> List.of(Texture.STRIPES, Texture.CLOUDS, Texture.SLOPE);
            case HELD_OUT -> List.of(Texture.CHECKS, Texture.DOTS, Texture.WAVES);
        };
    }

    double saturation(double share) {
        return leastSaturation + share * (mostSaturation - leastSaturation);
    }

    double value(double share) {
        return leastValue + share * (mostValue - leastValue);
    }
}
