package dev.millrace.workers.image.flow.tarflow.vector;

import dev.millrace.workers.image.flow.Guidance;
import dev.millrace.workers.image.flow.Inversion;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Sweeps with tokens, keys and values in arrays.
 *
 * <p>With guidance each token of a picture is two rows, with its label and without.
 */
final class VectorInversion implements Inversion {
    private final VectorFlow flow;
    private final Dimensions dimensions;
    private final Pass pass;
    private final int pictures;
    private final int views;

    /** What has been made, and what went into the block, of each picture: [tokens, tokenWidth]. */
    private final float[][] x;

    private final float[][] z;

    /** Of each picture and view. */
    private final List<Memory> memories;

    private final float[][] embeddings;
    private final float[] mix;
    private final float sharpness;

    /** Guidance of log-scales and of shifts, [tokens]. */
    private final float[] scales;

    private final float[] shifts;
    private int block;

    VectorInversion(VectorFlow flow, float[] noise, float[] mix, Guidance guidance) {
        this.flow = flow;
        this.dimensions = flow.dimensions();
        this.pass = new Pass(dimensions);
        int values = dimensions.patches().values();
        this.pictures = noise.length / values;
        this.views = guidance.isOn() ? 2 : 1;
        this.x = new float[pictures][];
        this.z = new float[pictures][];
        for (int i = 0; i < pictures; i++) {
            x[i] = Arrays.copyOfRange(noise, i * values, (i + 1) * values);
            z[i] = x[i].clone();
        }
        this.memories =
                Stream.generate(() -> new Memory(dimensions))
                        .limit((long) pictures * views)
                        .toList();
        this.embeddings = new float[pictures * views][dimensions.width()];
        this.mix = mix.clone();
        this.sharpness = (float) (1 / guidance.temperature());
        this.shifts = guidance.scale(dimensions.tokens());
        this.scales = guidance.target() == Guidance.Target.BOTH ? shifts : new float[shifts.length];
    }

    @Override
    public int pictures() {
        return pictures;
    }

    @Override
    public int tokens() {
        return dimensions.tokens();
    }

    @Override
    public int tokenWidth() {
        return dimensions.tokenWidth();
    }

    @Override
    public void enter(int next) {
        for (int i = 0; i < pictures; i++) {
            if ((block + next) % 2 == 1) {
                x[i] = turned(x[i]);
            }
            System.arraycopy(x[i], 0, z[i], 0, x[i].length);
        }
        block = next;
        embed(flow.block(block).classes());
    }

    private float[] turned(float... tokens) {
        int width = tokenWidth();
        var turned = new float[tokens.length];
        for (int at = 0; at < tokens.length; at += width) {
            System.arraycopy(tokens, at, turned, tokens.length - at - width, width);
        }
        return turned;
    }

    private void embed(float... classes) {
        int width = dimensions.width();
        int count = classes.length / width;
        for (int row = 0; row < embeddings.length; row++) {
            int picture = row / views;
            boolean isTold = row % views == 0;
            Arrays.fill(embeddings[row], 0);
            for (int label = 0; label < count; label++) {
                float share = isTold ? mix[picture * count + label] : 1f / count;
                for (int i = 0; i < width && share != 0; i++) {
                    embeddings[row][i] += share * classes[label * width + i];
                }
            }
        }
    }

    @Override
    public void guessZeros() {
        for (float[] tokens : x) {
            Arrays.fill(tokens, tokenWidth(), tokens.length, 0);
        }
    }

    @Override
    public Change sweep(Run run, double limit) {
        return take(run, read(readings(run)), limit);
    }

    @Override
    public void advance(Run run) {
        for (int i = 0; i < run.count(); i++) {
            var one = new Run(run.picture(), run.pictures(), run.first() + i, 1);
            sweep(one, Double.POSITIVE_INFINITY);
        }
    }

    /** Rows of a run: picture by picture, with the label and without it, token by token. */
    List<Pass.Reading> readings(Run run) {
        if (run.first() + run.count() >= tokens()) {
            throw new IllegalArgumentException(
                    "the last of %d tokens is followed by none, asked was for %s"
                            .formatted(tokens(), run));
        }
        var readings = new ArrayList<Pass.Reading>(rows(run));
        for (int i = 0; i < run.pictures(); i++) {
            for (int view = 0; view < views; view++) {
                for (int token = run.first(); token < run.first() + run.count(); token++) {
                    readings.add(reading(run.picture() + i, token, view));
                }
            }
        }
        return readings;
    }

    private Pass.Reading reading(int picture, int token, int view) {
        int row = picture * views + view;
        return new Pass.Reading(
                x[picture],
                token * tokenWidth(),
                token,
                embeddings[row],
                memories.get(row),
                view == 0 ? 1 : sharpness);
    }

    int rows(Run run) {
        return run.pictures() * run.count() * views;
    }

    /** What the network says of rows, all of this inversion's block. */
    Rows read(List<Pass.Reading> readings) {
        return pass.read(flow.block(block), readings);
    }

    /** Computes tokens of what the network told, in the order of {@link #readings}. */
    Change take(Run run, Rows told, double limit) {
        var greatest = new float[run.pictures() * run.count()];
        var squared = new float[greatest.length];
        for (int i = 0; i < greatest.length; i++) {
            int picture = run.picture() + i / run.count();
            int within = i % run.count();
            int token = run.first() + within + 1;
            int row = (i - within) * views + within;
            int untold = row + (views - 1) * run.count();
            int at = token * tokenWidth();
            for (int d = 0; d < tokenWidth(); d++) {
                float value = value(told, row, untold, token - 1, d, z[picture][at + d]);
                replace(x[picture], at + d, value, limit, i, greatest, squared);
            }
        }
        return new Change(greatest, squared);
    }

    private float value(Rows told, int row, int other, int token, int d, float input) {
        int at = told.at(row) + d;
        float a = told.values()[at];
        float b = told.values()[at + tokenWidth()];
        if (views > 1) {
            int untold = told.at(other) + d;
            a += scales[token] * (a - told.values()[untold]);
            b += shifts[token] * (b - told.values()[untold + tokenWidth()]);
        }
        return (float) Math.exp(a) * input + b;
    }

    private static void replace(
            float[] tokens,
            int at,
            float value,
            double limit,
            int index,
            float[] greatest,
            float[] squared) {
        float bounded = (float) Math.max(-limit, Math.min(limit, value));
        float change = Math.abs(bounded - tokens[at]);
        tokens[at] = bounded;
        greatest[index] = Math.max(greatest[index], change);
        squared[index] += change * change;
    }

    @Override
    public Change clampFirst(double limit) {
        var greatest = new float[pictures];
        var squared = new float[pictures];
        for (int i = 0; i < pictures; i++) {
            for (int d = 0; d < tokenWidth(); d++) {
                replace(x[i], d, z[i][d], limit, i, greatest, squared);
            }
        }
        return new Change(greatest, squared);
    }

    void requireAlike(VectorInversion other) {
        if (other.flow != flow || other.pictures != 1 || other.block != block) {
            throw new IllegalArgumentException(
                    "inversions that are swept together must be of one picture each, in one block"
                            + " of one model");
        }
    }

    @Override
    public float[] picture(int index) {
        return dimensions.patches().joined(block % 2 == 1 ? turned(x[index]) : x[index]);
    }

    @Override
    public void close() {}
}
