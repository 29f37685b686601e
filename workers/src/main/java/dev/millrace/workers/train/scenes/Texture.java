package dev.millrace.workers.train.scenes;

/** Patterns of backgrounds: a share of the second colour at each place, in [0, 1]. */
enum Texture {
    STRIPES("stripes") {
        @Override
        double share(double along, double across, Noise noise) {
            return 0.5 + 0.5 * Math.sin(along);
        }
    },
    CLOUDS("clouds") {
        @Override
        double share(double along, double across, Noise noise) {
            return 0.6 * noise.at(along / 3, across / 3) + 0.4 * noise.at(along, across);
        }
    },
    SLOPE("slope") {
        @Override
        double share(double along, double across, Noise noise) {
            return Math.clamp(0.5 + along / 25, 0, 1);
        }
    },
    CHECKS("checks") {
        @Override
        double share(double along, double across, Noise noise) {
            return Math.sin(along / 2) * Math.sin(across / 2) > 0 ? 1 : 0;
        }
    },
    DOTS("dots") {
        @Override
        double share(double along, double across, Noise noise) {
            return Math.cos(along) + Math.cos(across) > 0.9 ? 1 : 0;
        }
    },
    WAVES("waves") {
        @Override
        double share(double along, double across, Noise noise) {
            return 0.5 + 0.5 * Math.sin(along + 2 * Math.sin(across / 2));
        }
    };

    private final String noun;

    Texture(String noun) {
        this.noun = noun;
    }

    /**
     * At a place in radians of the pattern's period.
     *
     * @param noise of the picture
     */
    abstract double share(double along, double across, Noise noise);

    String noun() {
        return noun;
    }
}
