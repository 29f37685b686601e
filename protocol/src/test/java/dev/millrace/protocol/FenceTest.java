package dev.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FenceTest {
    private static final int TOP = Fence.TOP;

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        // sentence, state: attempt and sequence, record: type, attempt and sequence, state after
        "a first claim is valid,                             0, 0, CLAIMED,   1, -1, 1, 0",
        "a later claim is valid and moves no number,         1, 4, CLAIMED,   2, -1, 2, 4",
        "a claim may skip attempts,                          1, 4, CLAIMED,   7, -1, 7, 4",
        "the next event of the claim is valid,               2, 4, DELTA,     2,  5, 2, 5",
        "progress is an event like others,                   2, 4, PROGRESS,  2,  5, 2, 5",
        "a preview is an event like others,                  2, 4, PREVIEW,   2,  5, 2, 5",
        "a mask is an event like others,                     2, 4, MASK,      2,  5, 2, 5",
        "a restart takes a number and resets nothing,        2, 4, RESTARTED, 2,  5, 2, 5",
        "the worker may complete the stream,                 2, 4, COMPLETED, 2,  5, TOP, 5",
        "the worker may fail the stream,                     2, 4, FAILED,    2,  5, TOP, 5",
        "a closing cancel takes the next number,             2, 4, CANCELLED, TOP, -1, TOP, 5",
        "a closing expiry takes the next number,             2, 4, EXPIRED,   TOP, -1, TOP, 5",
        "a closing failure takes the next number,            2, 4, FAILED,    TOP, -1, TOP, 5",
        "a stream nobody has claimed can be closed,          0, 0, CANCELLED, TOP, -1, TOP, 1",
    })
    void a_valid_record_moves_the_reader(
            String sentence,
            int attempt,
            int sequence,
            EventType type,
            String by,
            int number,
            String attemptAfter,
            int sequenceAfter) {
        var fence = new Fence(attempt, sequence);

        var verdict = fence.judge(new Mark(type, attempt(by), number));

        assertThat(verdict)
                .isEqualTo(new Fence.Admitted(new Fence(attempt(attemptAfter), sequenceAfter)));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "a claim with the same attempt,                      2, 4, CLAIMED,   2, -1",
        "a claim with an older attempt,                      2, 4, CLAIMED,   1, -1",
        "a claim with the top attempt,                       2, 4, CLAIMED,   TOP, -1",
        "a claim with attempt 0,                             0, 0, CLAIMED,   0, -1",
        "an event of an older attempt,                       2, 4, DELTA,     1,  5",
        "an event of an attempt whose claim is not there,    2, 4, DELTA,     3,  5",
        "an event that was seen already,                     2, 4, DELTA,     2,  4",
        "an event after a gap,                               2, 4, DELTA,     2,  6",
        "an event without a number,                          2, 4, DELTA,     2, -1",
        "an event before any claim,                          0, 0, DELTA,     0,  1",
        "an end before any claim,                            0, 0, COMPLETED, 0,  1",
        "an end of an older attempt,                         2, 4, COMPLETED, 1,  5",
        "an end after a gap,                                 2, 4, COMPLETED, 2,  6",
        "a completion by somebody who is not the worker,     2, 4, COMPLETED, TOP, -1",
        "content by somebody who is not the worker,          2, 4, DELTA,     TOP, 5",
        "a cancel with the worker's attempt and no number,   2, 4, CANCELLED, 2, -1",
        "a second accepted,                                  2, 4, ACCEPTED,  0,  0",
        "an accepted that pretends to be an event,           2, 4, ACCEPTED,  2,  5",
        "a claim after the end,                              TOP, 5, CLAIMED, 9, -1",
        "an event after the end,                             TOP, 5, DELTA,   2,  6",
        "an event with the top attempt after the end,        TOP, 5, DELTA,   TOP, 6",
        "a second end,                                       TOP, 5, COMPLETED, TOP, 6",
        "a closing event after the end,                      TOP, 5, CANCELLED, TOP, -1",
        "a closing event where no number is left,            2, 2147483647, EXPIRED, TOP, -1",
        "an event where no number is left,                   2, 2147483647, DELTA, 2, -2147483648",
    })
    void everything_else_is_void(
            String sentence, String attempt, int sequence, EventType type, String by, int number) {
        var fence = new Fence(attempt(attempt), sequence);

        assertThat(fence.judge(new Mark(type, attempt(by), number))).isEqualTo(new Fence.Dropped());
    }

    @Test
    void only_the_top_attempt_is_an_end() {
        assertThat(Fence.START.hasEnded()).isFalse();
        assertThat(new Fence(TOP - 1, 3).hasEnded()).isFalse();
        assertThat(new Fence(TOP, 3).hasEnded()).isTrue();
    }

    @Test
    void a_state_below_zero_is_refused_with_its_numbers() {
        assertThatThrownBy(() -> new Fence(-1, 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-1 and 3");
        assertThatThrownBy(() -> new Fence(0, -2)).hasMessageContaining("0 and -2");
    }

    private static int attempt(String text) {
        return text.equals("TOP") ? TOP : Integer.parseInt(text);
    }
}
