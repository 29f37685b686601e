package dev.millrace.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random logs as workers, zombies, closers and failing networks might leave them. */
final class Samples {
    private static final int LENGTH = 40;

    private final Random random;
    private final List<Mark> log = new ArrayList<>();

    private Samples(long seed) {
        this.random = new Random(seed);
    }

    /** The records after {@code accepted}. */
    static List<Mark> log(long seed) {
        return new Samples(seed).fill();
    }

    private List<Mark> fill() {
        int attempt = 0;
        int sequence = 0;
        while (log.size() < LENGTH) {
            switch (random.nextInt(16)) {
                case 0, 1 -> {
                    attempt = random.nextInt(4) == 0 ? attempt : attempt + 1 + random.nextInt(2);
                    log.add(Mark.claim(attempt));
                    sequence = caughtUp();
                }
                case 2 -> { // the count was reset
                    attempt = random.nextInt(3);
                    log.add(Mark.claim(attempt));
                }
                case 3, 4, 5, 6, 7, 8 -> log.add(new Mark(content(), attempt, ++sequence));
                case 9 -> sequence++; // a send has failed
                case 10 -> sequence = Math.max(0, sequence - random.nextInt(4)); // a duplicate
                case 11 -> sequence = caughtUp();
                case 12, 13 -> zombie(attempt, sequence);
                case 14 -> {
                    if (random.nextInt(4) == 0) {
                        log.add(new Mark(EventType.COMPLETED, attempt, ++sequence));
                    }
                }
                default -> {
                    if (random.nextInt(8) == 0) {
                        log.add(Mark.closing(closing()));
                    }
                }
            }
        }
        return List.copyOf(log);
    }

    /** A worker that has read the stream back and goes on as it should. */
    private int caughtUp() {
        var fence = Fence.START;
        for (var mark : log) {
            if (fence.judge(mark) instanceof Fence.Admitted(var after)) {
                fence = after;
            }
        }
        return fence.sequence();
    }

    private void zombie(int attempt, int sequence) {
        int old = random.nextInt(attempt + 2);
        int from = random.nextInt(sequence + 2);
        for (int i = 0; i < 3; i++) {
            log.add(new Mark(i == 2 ? EventType.COMPLETED : EventType.DELTA, old, from + i));
        }
    }

    private EventType content() {
        return random.nextInt(5) == 0 ? EventType.PROGRESS : EventType.DELTA;
    }

    private EventType closing() {
        return switch (random.nextInt(3)) {
            case 0 -> EventType.CANCELLED;
            case 1 -> EventType.EXPIRED;
            default -> EventType.FAILED;
        };
    }
}
