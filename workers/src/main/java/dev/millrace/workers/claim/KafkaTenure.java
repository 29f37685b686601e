package dev.millrace.workers.claim;

import dev.millrace.protocol.Body;
import dev.millrace.protocol.Fence;
import dev.millrace.workers.emit.Emission;
import dev.millrace.workers.emit.Receipt;
import dev.millrace.workers.run.History;
import dev.millrace.workers.run.Standing;
import dev.millrace.workers.run.Telling;
import dev.millrace.workers.run.Tenure;

import java.time.Duration;

/** A valid claim: the voice in the stream, and the eyes on it. */
final class KafkaTenure implements Tenure {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final History history;
    private final Emission emission;
    private final Watch watch;
    private final Outlook outlook;

    KafkaTenure(History history, Emission emission, Watch watch, Outlook outlook) {
        this.history = history;
        this.emission = emission;
        this.watch = watch;
        this.outlook = outlook;
    }

    Watch watch() {
        return watch;
    }

    @Override
    public History history() {
        return history;
    }

    @Override
    public Telling telling() {
        return emission;
    }

    @Override
    public Standing.Outside end(Body.Terminal last) {
        var standing =
                switch (emission.end(last)) {
                    case Receipt.At(long offset) -> after(offset);
                    case Receipt.Unknown _ -> review();
                };
        if (standing instanceof Standing.NotMine) {
            outlook.tally().voidClaims.increment();
        }
        return standing;
    }

    /** What the log says once the record at this offset has been seen. */
    private Standing.Outside after(long offset) {
        try {
            return watch.after(offset, PATIENCE).map(KafkaTenure::standing).orElseGet(this::review);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return standing(watch.cursor().fence());
        }
    }

    @Override
    public Standing.Outside review() {
        var seen = watch.cursor();
        var job = watch.job();
        var reader = outlook.reader();
        long end = reader.end(job.partition());
        var judge = new Judge(seen.fence());
        if (end > seen.offset() + 1) {
            reader.read(
                    job.partition(), job.key(), seen.offset() + 1, end - 1, PATIENCE, judge::take);
        }
        return standing(judge.fence());
    }

    private static Standing.Outside standing(Fence fence) {
        return fence.hasEnded() ? new Standing.Over() : new Standing.NotMine(fence.attempt());
    }

    @Override
    public void flush() {
        emission.flush();
    }

    @Override
    public void close() {
        emission.silence();
        outlook.follower().forget(watch);
    }
}
