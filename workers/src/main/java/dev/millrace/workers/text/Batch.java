package dev.millrace.workers.text;

import dev.millrace.workers.run.Failures;
import dev.millrace.workers.run.Outcome;
import dev.millrace.workers.text.kernels.DecoderKernels;
import dev.millrace.workers.text.kernels.Logits;
import dev.millrace.workers.text.kv.KvStore;
import dev.millrace.workers.text.kv.PrefixCache;
import dev.millrace.workers.text.sample.Sampler;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * The sequences in the engine and the round they make together: those nobody wants leave, those
 * that fit come in, one prompt is taken in a little further, then every other sequence makes one
 * step.
 *
 * <p>So a prompt of any length keeps a running sequence waiting for one block at most, or for some
 * that are copied, and a new one for as many of them as it has itself.
 */
final class Batch {
    private final DecoderKernels kernels;
    private final KvStore store;
    private final PrefixCache prefixes;
    private final Intake intake;
    private final Sampler sampler;
    private final Logits logits = new Logits();
    private final List<Sequence> sequences = new ArrayList<>();
    private final LongAdder selections = new LongAdder();

    Batch(DecoderKernels kernels, KvStore store, PrefixCache prefixes, int vocabulary) {
        this.kernels = kernels;
        this.store = store;
        this.prefixes = prefixes;
        this.intake = new Intake(kernels, prefixes, logits);
        this.sampler = new Sampler(vocabulary);
    }

    void add(Sequence sequence) {
        sequences.add(sequence);
    }

    boolean isEmpty() {
        return sequences.isEmpty();
    }

    void round() {
        dropUnwanted();
        admit();
        prefillOneBlock();
        decode();
        sequences.removeIf(Sequence::isFinished);
    }

    /** Ends all work and lets go of what was kept. */
    void stop() {
        sequences.forEach(sequence -> sequence.finish(new Outcome.Stopped()));
        sequences.clear();
        prefixes.close();
    }

    private void dropUnwanted() {
        sequences.stream()
                .filter(sequence -> !sequence.isWanted())
                .forEach(sequence -> sequence.finish(new Outcome.Stopped()));
        sequences.removeIf(Sequence::isFinished);
    }

    /** In the order they came: one that needs much is not overtaken by many that need little. */
    private void admit() {
        for (var sequence : sequences) {
            if (sequence.isWaiting() && !sequence.admit(store, prefixes)) {
                return;
            }
        }
    }

    /** By turns: a short prompt does not wait until a long one has been read. */
    private void prefillOneBlock() {
        sequences.stream().filter(Sequence::isPrefilling).findFirst().ifPresent(this::prefill);
    }

    private void prefill(Sequence sequence) {
        guard(sequence, () -> sequence.prefill(intake, sampler));
        sequences.remove(sequence);
        sequences.add(sequence);
    }

    private void decode() {
        var moving = sequences.stream().filter(sequence -> sequence.step().isPresent()).toList();
        if (moving.isEmpty()) {
            return;
        }
        long before = selections(moving);
        try {
            kernels.decode(moving.stream().flatMap(s -> s.step().stream()).toList(), logits);
        } catch (RuntimeException | Error e) {
            fail(moving, e);
            return;
        }
        selections.add(selections(moving) - before);
        for (int i = 0; i < moving.size(); i++) {
            var sequence = moving.get(i);
            float[] row = logits.row(i);
            guard(sequence, () -> sequence.advance(sampler, row));
        }
    }

    private static long selections(List<Sequence> moving) {
        return moving.stream().mapToLong(sequence -> sequence.attended().selections()).sum();
    }

    /** How often sequences have selected anew; may be asked by any thread. */
    long selections() {
        return selections.sum();
    }

    /** In a shared step nobody knows whose fault it was: each is tried again. */
    private static void fail(List<Sequence> shared, Throwable failure) {
        var outcome = Failures.of(failure);
        boolean isAlone = shared.size() == 1;
        var each = isAlone ? outcome : new Outcome.TryAgain("a step shared with others failed");
        shared.forEach(sequence -> sequence.finish(each));
    }

    private static void guard(Sequence sequence, Runnable action) {
        try {
            action.run();
        } catch (RuntimeException | Error e) {
            sequence.finish(Failures.of(e));
        }
    }
}
