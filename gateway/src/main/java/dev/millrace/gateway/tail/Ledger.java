package dev.millrace.gateway.tail;

import dev.millrace.protocol.Body;
import dev.millrace.protocol.EventType;
import dev.millrace.protocol.JobId;
import dev.millrace.protocol.JobKey;
import dev.millrace.protocol.codec.EventCodec;
import dev.millrace.protocol.codec.Unreadable;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The open streams of one partition and when they are due. A pure function of the partition's
 * records. One thread at a time applies records or asks what is due; anybody may look streams up.
 */
final class Ledger {
    private final Map<JobKey, OpenStream> open = new ConcurrentHashMap<>();
    private final TreeSet<Due> due = new TreeSet<>();

    /** Ordered by time, then by key. */
    private record Due(Instant at, JobKey job) implements Comparable<Due> {
        private static final Comparator<Due> ORDER =
                Comparator.comparing(Due::at)
                        .thenComparingLong(due -> due.job().high())
                        .thenComparingLong(due -> due.job().low());

        @Override
        public int compareTo(Due other) {
            return ORDER.compare(this, other);
        }
    }

    /** What a record means to the ledger. */
    sealed interface Change {}

    record Opened(OpenStream stream) implements Change {}

    record Advanced() implements Change {}

    record Ended(OpenStream stream) implements Change {}

    /** It belongs to no open stream, or the fence drops it. */
    record Dropped() implements Change {}

    private static final Advanced ADVANCED = new Advanced();
    private static final Dropped VOID = new Dropped();

    /** The partition's next record. */
    Change apply(LogRecord record) {
        if (record.mark().type() == EventType.ACCEPTED) {
            return begin(record);
        }
        var stream = open.get(record.job());
        if (stream == null || !stream.advance(record)) {
            return VOID;
        }
        if (!stream.hasEnded()) {
            return ADVANCED;
        }
        open.remove(record.job());
        due.remove(new Due(stream.due(), record.job()));
        return new Ended(stream);
    }

    /** A second {@code accepted} of the same key begins nothing. */
    private Change begin(LogRecord record) {
        var accepted = accepted(record);
        if (accepted.isEmpty() || open.containsKey(record.job())) {
            return VOID;
        }
        var job = new JobId(record.partition(), record.offset(), record.job());
        var stream = new OpenStream(job, accepted.get(), record.appended());
        open.put(record.job(), stream);
        due.add(new Due(stream.due(), record.job()));
        return new Opened(stream);
    }

    private static Optional<Body.Accepted> accepted(LogRecord record) {
        try {
            return EventCodec.decode(EventType.ACCEPTED, record.attributes(), record.data())
                            instanceof Body.Accepted accepted
                    ? Optional.of(accepted)
                    : Optional.empty();
        } catch (Unreadable _) {
            return Optional.empty();
        }
    }

    Optional<OpenStream> find(JobKey job) {
        return Optional.ofNullable(open.get(job));
    }

    List<OpenStream> all() {
        return List.copyOf(open.values());
    }

    /**
     * Streams whose time has come. They stay open until the log says otherwise; until then each is
     * named again after a while.
     */
    List<OpenStream> due(Instant now, Duration again, int most) {
        var streams = new ArrayList<OpenStream>();
        while (!due.isEmpty() && !due.first().at().isAfter(now) && streams.size() < most) {
            find(due.removeFirst().job()).ifPresent(streams::add); // or ended since it was named
        }
        streams.forEach(stream -> due.add(new Due(now.plus(again), stream.job().key())));
        return streams;
    }
}
