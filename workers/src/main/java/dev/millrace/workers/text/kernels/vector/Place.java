package dev.millrace.workers.text.kernels.vector;

import dev.millrace.workers.text.kernels.DecoderKernels.Step;
import dev.millrace.workers.text.kv.KvCache;
import dev.millrace.workers.text.kv.Spans;
import dev.millrace.workers.text.model.Sight;

/** A token to compute, where in which sequence, and the positions it attends to. */
record Place(KvCache sequence, int position, int token, Spans seen) {
    /** What a layer sees of it: a window holds no selection. */
    Spans seen(Sight sight) {
        return sight.isWindowed() ? Spans.of(sight.from(position), position + 1) : seen;
    }

    /** One that attends to all before it. */
    static Place of(KvCache sequence, int token) {
        int position = sequence.take(1);
        return new Place(sequence, position, token, Spans.upTo(position + 1));
    }

    /** One that attends to what its sequence selects. */
    static Place next(Step step) {
        var sequence = step.sequence();
        if (sequence.chunks().isEmpty()) {
            return of(sequence, step.token());
        }
        var seen = sequence.chunks().get().seen();
        return new Place(sequence, sequence.take(1), step.token(), seen);
    }
}
