package dev.millrace.workers.train.scenes;

/** Colours of red, green and blue, each in [0, 1]. */
final class Colours {
    static final int CHANNELS = 3;
    private static final int[] PHASES = {5, 3, 1};

    private Colours() {}

    /** Hue in degrees; saturation and value are cut to [0, 1]. */
    static double[] hsv(double hue, double saturation, double value) {
        double strength = Math.clamp(saturation, 0, 1);
        double light = Math.clamp(value, 0, 1);
        double turned = ((hue % 360) + 360) % 360 / 60;
        var colour = new double[CHANNELS];
        for (int channel = 0; channel < CHANNELS; channel++) {
            double k = (PHASES[channel] + turned) % 6;
            colour[channel] = light * (1 - strength * Math.clamp(Math.min(k, 4 - k), 0, 1));
        }
        return colour;
    }

    static double[] scaled(double[] colour, double by) {
        var scaled = new double[CHANNELS];
        for (int channel = 0; channel < CHANNELS; channel++) {
            scaled[channel] = Math.clamp(colour[channel] * by, 0, 1);
        }
        return scaled;
    }

    static double[] mixed(double[] a, double[] b, double share) {
        var mixed = new double[CHANNELS];
        for (int channel = 0; channel < CHANNELS; channel++) {
            mixed[channel] = a[channel] + share * (b[channel] - a[channel]);
        }
        return mixed;
    }
}
