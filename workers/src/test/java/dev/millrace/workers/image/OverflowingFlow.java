package dev.millrace.workers.image;

import dev.millrace.workers.image.flow.Inversion;

/** Whose first block gives no numbers while many tokens are guessed at once. */
final class OverflowingFlow extends FakeFlow {
    OverflowingFlow(int side) {
        super(side);
    }

    @Override
    float[] changes(int block, Inversion.Run run) {
        float[] changes = super.changes(block, run);
        if (block == 1 && run.count() > 1) {
            changes[1] = Float.NaN;
        }
        return changes;
    }
}
