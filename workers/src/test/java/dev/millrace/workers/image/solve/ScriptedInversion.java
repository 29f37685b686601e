package dev.millrace.workers.image.solve;

import dev.millrace.workers.image.flow.Inversion;

import java.util.ArrayDeque;
import java.util.Queue;

/** One picture whose sweeps change what they are told to. */
final class ScriptedInversion implements Inversion {
    private final int tokens;
    private final Queue<float[]> changes = new ArrayDeque<>();

    ScriptedInversion(int tokens) {
        this.tokens = tokens;
    }

    /** What the next sweep changes, token by token. */
    void will(float... greatest) {
        changes.add(greatest);
    }

    @Override
    public Change sweep(Run run, double limit) {
        float[] next = changes.remove();
        if (next.length != run.count()) {
            throw new AssertionError("swept were " + run.count() + ", told " + next.length);
        }
        return new Change(next, next);
    }

    @Override
    public int pictures() {
        return 1;
    }

    @Override
    public int tokens() {
        return tokens;
    }

    @Override
    public int tokenWidth() {
        return 1;
    }

    @Override
    public void enter(int block) {}

    @Override
    public void guessZeros() {}

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
        return new float[tokens];
    }

    @Override
    public void close() {}
}
