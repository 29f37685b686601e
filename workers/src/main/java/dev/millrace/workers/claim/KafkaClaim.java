package dev.millrace.workers.claim;

import dev.millrace.protocol.Job;
import dev.millrace.workers.emit.Receipt;
import dev.millrace.workers.run.Claim;
import dev.millrace.workers.run.Standing;

import org.apache.kafka.clients.consumer.AcknowledgeType;

import java.time.Duration;

/** A job record under its acquisition lock, and the way to its stream. */
final class KafkaClaim implements Claim {
    private final Job job;
    private final int deliveryCount;
    private final Lock lock;
    private final Outlook outlook;

    KafkaClaim(Job job, int deliveryCount, Lock lock, Outlook outlook) {
        this.job = job;
        this.deliveryCount = deliveryCount;
        this.lock = lock;
        this.outlook = outlook;
    }

    @Override
    public Job job() {
        return job;
    }

    @Override
    public int deliveryCount() {
        return deliveryCount;
    }

    @Override
    public Standing takeOver(int attempt) {
        var watch = outlook.follower().watch(job.id());
        Standing standing = new Standing.NotMine(attempt);
        try {
            standing =
                    switch (outlook.emitter().claim(job, attempt)) {
                        case Receipt.At(long offset) -> readBack(attempt, offset, watch);
                        case Receipt.Unknown _ -> voided(attempt);
                    };
            return standing;
        } finally {
            if (!(standing instanceof Standing.Mine)) {
                outlook.follower().forget(watch);
            }
        }
    }

    private Standing readBack(int attempt, long offset, Watch watch) {
        return switch (new ReadBack(outlook.reader(), job, offset).read(this::keepLock)) {
            case ReadBack.Valid(var claim, var history) -> {
                watch.start(claim);
                var emission =
                        outlook.emitter()
                                .open(job, attempt, claim.fence().sequence(), watch::isOurs);
                yield new Standing.Mine(new KafkaTenure(history, emission, watch, outlook));
            }
            case ReadBack.Outdone(int newest) -> voided(newest);
            case ReadBack.Ended _, ReadBack.Gone _ -> new Standing.Over();
            case ReadBack.LockLost _ -> new Standing.NotMine(attempt);
        };
    }

    private Standing voided(int newest) {
        outlook.tally().voidClaims.increment();
        return new Standing.NotMine(newest);
    }

    private boolean keepLock() {
        return untilRenewal().isPositive() || renew();
    }

    @Override
    public Duration untilRenewal() {
        return lock.untilRenewal();
    }

    @Override
    public boolean renew() {
        return lock.renew();
    }

    @Override
    public void accept() {
        lock.acknowledge(AcknowledgeType.ACCEPT);
    }

    @Override
    public void release() {
        lock.acknowledge(AcknowledgeType.RELEASE);
    }
}
