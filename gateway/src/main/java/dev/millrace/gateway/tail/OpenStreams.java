package dev.millrace.gateway.tail;

import dev.millrace.gateway.admission.Admission;
import dev.millrace.protocol.JobId;
import dev.millrace.protocol.JobKey;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;

/**
 * All open streams. The ledger of a partition is first brought up to date from the log by the
 * {@link ReadBack}; when it has caught up with the live tail, the live tail keeps it.
 */
public final class OpenStreams implements Tap {
    private static final Duration AGAIN = Duration.ofSeconds(10);

    private final Admission admission;
    private final Map<Integer, Kept> kept = new ConcurrentHashMap<>();
    private final ReentrantLock lock = new ReentrantLock(); // for changes of what is kept
    private final LongAdder fenced = new LongAdder();
    private volatile Runnable onLost = () -> {};

    /** A ledger that holds everything up to an offset, exclusive. */
    private record Kept(Ledger ledger, long next) {}

    public OpenStreams(Admission admission) {
        this.admission = admission;
    }

    /** What to do when a partition's ledger has to be made anew. */
    void whenLost(Runnable action) {
        onLost = action;
    }

    /**
     * Takes over a ledger that holds everything before {@code next}; refuses if the live tail has
     * passed records that it does not hold.
     */
    boolean adopt(int partition, Ledger ledger, long next, LiveTail tail) {
        lock.lock();
        try {
            if (next < tail.position(partition)) {
                return false;
            }
            kept.put(partition, new Kept(ledger, next));
            ledger.all().forEach(this::opened);
            return true;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void seen(List<LogRecord> records) {
        lock.lock();
        try {
            for (var record : records) {
                var partition = kept.get(record.partition());
                if (partition != null && record.offset() >= partition.next()) {
                    note(partition.ledger().apply(record));
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void note(Ledger.Change change) {
        switch (change) {
            case Ledger.Opened(var stream) -> opened(stream);
            case Ledger.Ended(var stream) ->
                    admission.ended(stream.accepted().model(), stream.job().key());
            case Ledger.Advanced _ -> {}
            case Ledger.Dropped _ -> fenced.increment();
        }
    }

    private void opened(OpenStream stream) {
        admission.opened(stream.accepted().model(), stream.job().key());
    }

    @Override
    public void lost(int partition) {
        lock.lock();
        try {
            var gone = kept.remove(partition);
            if (gone != null) {
                gone.ledger()
                        .all()
                        .forEach(stream ->
                                admission.ended(stream.accepted().model(), stream.job().key()));
            }
        } finally {
            lock.unlock();
        }
        onLost.run();
    }

    boolean keeps(int partition) {
        return kept.containsKey(partition);
    }

    /** The stream of this very address, if it is known to be open. */
    public Optional<OpenStream> find(JobId job) {
        return Optional.ofNullable(kept.get(job.partition()))
                .flatMap(partition -> partition.ledger().find(job.key()))
                .filter(stream -> stream.job().equals(job));
    }

    /** The stream of this key, wherever it is. */
    public Optional<OpenStream> find(JobKey job) {
        return kept.values().stream()
                .flatMap(partition -> partition.ledger().find(job).stream())
                .findFirst();
    }

    /** Streams whose deadline has passed by the broker's time; each is named until it has ended. */
    public List<OpenStream> due(Instant now, int most) {
        lock.lock();
        try {
            var streams = new ArrayList<OpenStream>();
            for (var partition : kept.values()) {
                streams.addAll(partition.ledger().due(now, AGAIN, most - streams.size()));
            }
            return streams;
        } finally {
            lock.unlock();
        }
    }

    /** Records that the fence dropped. */
    public long fenced() {
        return fenced.sum();
    }
}
