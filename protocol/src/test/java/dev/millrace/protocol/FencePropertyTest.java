package dev.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** What holds for every log; {@link Samples} says which ones are tried. */
class FencePropertyTest {
    private static final int LOGS = 20_000;

    /** A record that a reader is shown, and the cursor after it. */
    private record Shown(Mark mark, Cursor cursor) {}

    private static List<Shown> read(List<Mark> log, Cursor from) {
        var shown = new ArrayList<Shown>();
        var fence = from.fence();
        for (int offset = (int) from.offset() + 1; offset <= log.size(); offset++) {
            var mark = log.get(offset - 1);
            if (fence.judge(mark) instanceof Fence.Admitted(var after)) {
                fence = after;
                shown.add(new Shown(mark, new Cursor(offset, fence)));
            }
        }
        return shown;
    }

    private static List<Shown> readAll(List<Mark> log) {
        return read(log, new Cursor(0, Fence.START));
    }

    private static LongStream seeds() {
        return LongStream.range(0, LOGS);
    }

    @Test
    void a_reader_from_any_cursor_sees_the_rest_of_what_the_reader_from_the_start_sees() {
        seeds().forEach(seed -> {
            var log = Samples.log(seed);
            var all = readAll(log);
            for (int i = 0; i < all.size(); i++) {
                var cursor = Cursor.parse(all.get(i).cursor().toString()).orElseThrow();

                assertThat(read(log, cursor))
                        .as("seed %d, cursor %s", seed, cursor)
                        .isEqualTo(all.subList(i + 1, all.size()));
            }
        });
    }

    @Test
    void nothing_is_seen_after_a_terminal_event_also_from_its_own_cursor() {
        seeds().forEach(seed -> {
            var log = Samples.log(seed);
            var all = readAll(log);
            var ends = all.stream().filter(shown -> shown.mark().type().isTerminal()).toList();

            assertThat(ends).as("seed %d", seed).hasSizeLessThanOrEqualTo(1);
            for (var end : ends) {
                assertThat(all).as("seed %d", seed).endsWith(end);
                assertThat(read(log, end.cursor())).as("seed %d", seed).isEmpty();
            }
        });
    }

    @Test
    void the_numbers_of_what_is_seen_are_dense() {
        seeds().forEach(seed -> {
            var numbers =
                    readAll(Samples.log(seed)).stream()
                            .filter(shown -> shown.mark().type() != EventType.CLAIMED)
                            .map(shown -> shown.cursor().fence().sequence())
                            .toList();

            assertThat(numbers)
                    .as("seed %d", seed)
                    .isEqualTo(IntStream.rangeClosed(1, numbers.size()).boxed().toList());
        });
    }

    @Test
    void what_is_seen_was_said_under_the_last_claim_or_closes_the_stream() {
        seeds().forEach(seed -> {
            int attempt = 0;
            for (var shown : readAll(Samples.log(seed))) {
                var mark = shown.mark();
                if (mark.type() == EventType.CLAIMED) {
                    assertThat(mark.attempt()).as("seed %d", seed).isGreaterThan(attempt);
                    attempt = mark.attempt();
                } else if (!mark.isClosing()) {
                    assertThat(mark.attempt()).as("seed %d", seed).isEqualTo(attempt);
                }
            }
        });
    }

    @Test
    void cursors_grow_along_the_stream_as_values_and_as_text() {
        seeds().limit(1_000)
                .forEach(seed -> {
                    var cursors = readAll(Samples.log(seed)).stream().map(Shown::cursor).toList();

                    assertThat(cursors).as("seed %d", seed).isSorted();
                    assertThat(cursors.stream().map(Cursor::toString))
                            .as("seed %d", seed)
                            .isSorted();
                });
    }

    /** The other tests would say nothing about logs in which nothing happens. */
    @Test
    void the_logs_that_are_tried_hold_ends_takeovers_and_void_records() {
        long ends = 0;
        long takeovers = 0;
        long dropped = 0;
        for (long seed = 0; seed < LOGS; seed++) {
            var log = Samples.log(seed);
            var all = readAll(log);
            ends += all.stream().filter(shown -> shown.mark().type().isTerminal()).count();
            takeovers +=
                    all.stream()
                            .filter(shown -> shown.mark().type() == EventType.CLAIMED)
                            .filter(shown -> shown.cursor().fence().sequence() > 0)
                            .count();
            dropped += log.size() - all.size();
        }

        assertThat(ends).isBetween(LOGS / 4L, LOGS * 3L / 4);
        assertThat(takeovers).isGreaterThan(LOGS);
        assertThat(dropped).isGreaterThan(LOGS);
    }
}
