package dev.millrace.workers.image;

import dev.millrace.workers.image.flow.FlowModel;
import dev.millrace.workers.image.flow.Guidance;
import dev.millrace.workers.image.flow.Inversion;
import dev.millrace.workers.image.flow.Patches;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Two blocks whose sweeps settle at once; what goes wrong is for those who extend it. */
class FakeFlow implements FlowModel {
    private final Patches patches;

    FakeFlow(int side) {
        this.patches = new Patches(side, 3, 2);
    }

    /** What a sweep of a block changes, token by token. */
    float[] changes(int block, Inversion.Run run) {
        return new float[run.count()];
    }

    @Override
    public Patches patches() {
        return patches;
    }

    @Override
    public int blocks() {
        return 2;
    }

    @Override
    public Inversion invert(float[] noise, int[] labels, Guidance guidance) {
        return new FakeInversion();
    }

    @Override
    public List<Inversion.Change> sweepTogether(
            List<Inversion> inversions, List<Inversion.Run> runs) {
        return IntStream.range(0, runs.size())
                .mapToObj(i -> inversions.get(i).sweep(runs.get(i), Double.POSITIVE_INFINITY))
                .toList();
    }

    @Override
    public float[] ahead(float[] picture, int label, List<Integer> blocks) {
        return picture;
    }

    @Override
    public float[] denoised(float[] pictures, int[] labels, double multiple) {
        return pictures;
    }

    @Override
    public void close() {}

    private final class FakeInversion implements Inversion {
        private int entered;

        @Override
        public int pictures() {
            return 1;
        }

        @Override
        public int tokens() {
            return patches.tokens();
        }

        @Override
        public int tokenWidth() {
            return patches.tokenWidth();
        }

        @Override
        public void enter(int block) {
            entered = block;
        }

        @Override
        public void guessZeros() {}

        @Override
        public Change sweep(Run run, double limit) {
            float[] changes = changes(entered, run);
            return new Change(changes, Arrays.copyOf(changes, changes.length));
        }

        @Override
        public void advance(Run run) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Change clampFirst(double limit) {
            throw new UnsupportedOperationException();
        }

        @Override
        public float[] picture(int index) {
            return new float[patches.values()];
        }

        @Override
        public void close() {}
    }
}
