package dev.millrace.workers.image.flow.tarflow;

import dev.millrace.workers.image.flow.Guidance;

import java.util.Map;
import java.util.Objects;

/**
 * TarFlow in plain loops and double precision: slow, without a cache, and obvious. One picture at a
 * time, as tokens [tokens][tokenWidth].
 */
final class TarFlowTwin {
    private final TarFlowConfig config;
    private final Map<String, float[]> weights;

    TarFlowTwin(TarFlowConfig config, Map<String, float[]> weights) {
        this.config = config;
        this.weights = Map.copyOf(weights);
    }

    /** What comes of a picture's tokens. */
    @SuppressWarnings("ArrayRecordComponent") // compared by value in the test
    record Encoded(double[][] latents, double logDeterminant) {}

    Encoded encode(double[][] picture, int label) {
        double[][] x = picture;
        double sum = 0;
        int width = config.tokenWidth();
        for (int block = 0; block < config.blocks(); block++) {
            double[][] p = ordered(block, x);
            double[][] ab = scalesAndShifts(block, p, label, 1);
            var z = new double[p.length][width];
            z[0] = p[0];
            for (int t = 1; t < p.length; t++) {
                for (int d = 0; d < width; d++) {
                    z[t][d] = (p[t][d] - ab[t - 1][width + d]) * Math.exp(-ab[t - 1][d]);
                    sum -= ab[t - 1][d];
                }
            }
            x = ordered(block, z);
        }
        return new Encoded(x, sum / (picture.length * width));
    }

    double[][] sample(double[][] noise, int label, Guidance guidance) {
        double[][] x = noise;
        for (int block = config.blocks() - 1; block >= 0; block--) {
            double[][] tokens = ordered(block, x);
            for (int t = 0; t + 1 < tokens.length; t++) {
                tokens[t + 1] = next(block, tokens, t, label, guidance);
            }
            x = ordered(block, tokens);
        }
        return x;
    }

    private double[] next(int block, double[][] tokens, int t, int label, Guidance guidance) {
        int width = config.tokenWidth();
        double[] told = scalesAndShifts(block, tokens, label, 1)[t];
        double[] untold = scalesAndShifts(block, tokens, -1, guidance.temperature())[t];
        double g = guidance.scale(tokens.length)[t];
        double ofScales = guidance.target() == Guidance.Target.BOTH ? g : 0;
        var next = new double[width];
        for (int d = 0; d < width; d++) {
            double a = told[d] + ofScales * (told[d] - untold[d]);
            double b = told[width + d] + g * (told[width + d] - untold[width + d]);
            next[d] = tokens[t + 1][d] * Math.exp(a) + b;
        }
        return next;
    }

    private static double[][] ordered(int block, double[][] tokens) {
        var ordered = new double[tokens.length][];
        for (int t = 0; t < tokens.length; t++) {
            ordered[t] = tokens[block % 2 == 0 ? t : tokens.length - 1 - t];
        }
        return ordered;
    }

    /** For each token the log-scales and shifts of the token that follows it. */
    private double[][] scalesAndShifts(
            int block, double[][] tokens, int label, double temperature) {
        var name = "blocks." + block + ".";
        var h = new double[tokens.length][];
        for (int t = 0; t < tokens.length; t++) {
            h[t] = linear(name + "proj_in", tokens[t]);
            int position = block % 2 == 0 ? t : tokens.length - 1 - t;
            for (int i = 0; i < config.width(); i++) {
                h[t][i] += weight(name + "pos_embed")[position * config.width() + i];
                h[t][i] += classEmbedding(block, label, i);
            }
        }
        for (int layer = 0; layer < config.layers(); layer++) {
            layer(name + "attn_blocks." + layer + ".", h, temperature);
        }
        var ab = new double[tokens.length][];
        for (int t = 0; t < tokens.length; t++) {
            ab[t] = linear(name + "proj_out", h[t]);
        }
        return ab;
    }

    private double classEmbedding(int block, int label, int i) {
        int classes = config.classes();
        if (classes == 0) {
            return 0;
        }
        float[] table = weight(TarFlowConfig.classEmbedding(block));
        if (label >= 0) {
            return table[label * config.width() + i];
        }
        double sum = 0;
        for (int k = 0; k < classes; k++) {
            sum += table[k * config.width() + i];
        }
        return sum / classes;
    }

    private void layer(String name, double[][] h, double temperature) {
        var qkv = new double[h.length][];
        for (int t = 0; t < h.length; t++) {
            qkv[t] = linear(name + "attention.qkv", norm(name + "attention.norm", h[t]));
        }
        for (int t = 0; t < h.length; t++) {
            add(h[t], linear(name + "attention.proj", attend(qkv, t, temperature)));
        }
        for (double[] row : h) {
            double[] m = linear(name + "mlp.main.0", norm(name + "mlp.norm", row));
            for (int i = 0; i < m.length; i++) {
                m[i] = gelu(m[i]);
            }
            add(row, linear(name + "mlp.main.2", m));
        }
    }

    private double[] attend(double[][] qkv, int t, double temperature) {
        int size = config.headWidth();
        var seen = new double[config.width()];
        for (int head = 0; head < config.heads(); head++) {
            var shares = new double[t + 1];
            double sum = 0;
            for (int s = 0; s <= t; s++) {
                double product = 0;
                for (int i = 0; i < size; i++) {
                    product += qkv[t][head * size + i] * qkv[s][config.width() + head * size + i];
                }
                shares[s] = Math.exp(product / Math.sqrt(size) / temperature);
                sum += shares[s];
            }
            for (int s = 0; s <= t; s++) {
                for (int i = 0; i < size; i++) {
                    seen[head * size + i] +=
                            shares[s] / sum * qkv[s][2 * config.width() + head * size + i];
                }
            }
        }
        return seen;
    }

    private double[] norm(String name, double... x) {
        double mean = 0;
        double variance = 0;
        for (double value : x) {
            mean += value / x.length;
        }
        for (double value : x) {
            variance += (value - mean) * (value - mean) / x.length;
        }
        var normed = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            normed[i] =
                    (x[i] - mean)
                                    / Math.sqrt(variance + TarFlowConfig.EPSILON)
                                    * weight(name + ".weight")[i]
                            + weight(name + ".bias")[i];
        }
        return normed;
    }

    private double[] linear(String name, double... x) {
        float[] matrix = weight(name + ".weight");
        float[] bias = weight(name + ".bias");
        var y = new double[bias.length];
        for (int row = 0; row < y.length; row++) {
            y[row] = bias[row];
            for (int i = 0; i < x.length; i++) {
                y[row] += matrix[row * x.length + i] * x[i];
            }
        }
        return y;
    }

    private static void add(double[] to, double... what) {
        for (int i = 0; i < to.length; i++) {
            to[i] += what[i];
        }
    }

    private static double gelu(double x) {
        return 0.5 * x * (1 + erf(x / Math.sqrt(2)));
    }

    /** The Taylor series of the error function; for the small arguments here it converges fast. */
    private static double erf(double x) {
        double term = x;
        double sum = x;
        for (int n = 1; n < 200 && Math.abs(term) > 1e-18; n++) {
            term *= -x * x / n;
            sum += term / (2 * n + 1);
        }
        return 2 / Math.sqrt(Math.PI) * sum;
    }

    private float[] weight(String name) {
        return Objects.requireNonNull(weights.get(name), name);
    }
}
