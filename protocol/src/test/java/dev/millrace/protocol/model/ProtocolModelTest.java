package dev.millrace.protocol.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocol.model.Rules.Rule;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.stream.Collectors;

/**
 * The rules as written hold in every state that two workers, a client who cancels, an undertaker
 * and a few faults can reach ({@link Bounds}; two tokens, two records on their way per worker);
 * each rule that is needed is shown to be by a shortest way to a broken state without it.
 *
 * <p>States: 2,344 without a fault, 18,584 with two crashes, 17,035 with two failovers, 27,494 with
 * two failed sends, 235,914 with every fault once and three deliveries; all of it in about 6 s of
 * one core. Records on their way that no reader can ever see are forgotten ({@link
 * World#withoutTheUnseen}), and void records in the log are not kept ({@link Log}).
 *
 * <p>"A terminal event can be reached" means that a path exists, not that every fair schedule takes
 * it. Not in the model: other jobs, deadlines (they would end every stream and hide what does not),
 * loss of the log itself.
 */
class ProtocolModelTest {
    private static final Bounds CALM = new Bounds(2, 2, 2, 0, 0, 0);
    private static final Bounds FAULTS = new Bounds(2, 2, 2, 1, 1, 1);

    @ParameterizedTest
    @CsvSource({
        "no fault, 2, 0, 0, 0",
        "two crashes, 3, 2, 0, 0",
        "two failovers, 2, 0, 2, 0",
        "two failed sends, 2, 0, 0, 2",
        "every fault once, 3, 1, 1, 1"
    })
    void the_rules_as_written_hold_in_every_state(
            String world, int deliveries, int crashes, int failovers, int failures) {
        var bounds = new Bounds(2, 2, deliveries, crashes, failovers, failures);
        var explorer = new Explorer(Rules.AS_WRITTEN, bounds);

        var finding = explorer.explore();

        System.out.printf(
                "%s, %d deliveries: %,d states, %,d steps%n",
                world, deliveries, explorer.states(), explorer.steps());
        assertThat(finding).isEqualTo(new Finding.Holds());
    }

    @ParameterizedTest
    @CsvSource({
        "SEQUENCE_IN_FENCE, DENSE",
        "TOP_ATTEMPT, TOLD",
        "END_IN_CURSOR, CURSOR",
        "ATTEMPT_IN_CURSOR, CURSOR",
        "READ_BACK, SPLICE",
        "CLAIM_BY_OFFSET, SPLICE",
        "TERMINAL_READ_BACK, ACK",
        "ACCEPT_LAST, ACK",
        "CANCEL_READ_BACK, TOLD",
        "BURIAL, END"
    })
    void without_a_rule_that_is_needed_something_breaks(Rule rule, Invariant broken) {
        assertBroken(rule, broken, FAULTS);
    }

    @Test
    void without_a_fence_a_stream_is_spliced_even_if_nothing_fails() {
        assertBroken(Rule.FENCE, Invariant.SPLICE, CALM);
    }

    private static void assertBroken(Rule rule, Invariant broken, Bounds bounds) {
        var explorer = new Explorer(Rules.without(rule), bounds);

        var finding = explorer.explore();

        System.out.printf(
                "without %s, after %,d states: %s%n", rule, explorer.states(), described(finding));
        assertThat(finding).isInstanceOf(Finding.Broken.class);
        assertThat(((Finding.Broken) finding).what()).contains(broken);
    }

    /** They spare needless takeovers; no promise rests on them. */
    @ParameterizedTest
    @EnumSource(names = {"RENEW_FIRST", "STOP_AFTER_FAILURE"})
    void without_a_rule_that_only_spares_stalls_everything_still_holds(Rule rule) {
        var explorer = new Explorer(Rules.without(rule), new Bounds(2, 2, 2, 0, 0, 1));

        assertThat(explorer.explore()).isEqualTo(new Finding.Holds());
    }

    private static String described(Finding finding) {
        return switch (finding) {
            case Finding.Holds() -> "holds";
            case Finding.Broken(var what, var trace) ->
                    trace.stream()
                            .map(step -> "    " + step)
                            .collect(Collectors.joining("\n", what + " broken by\n", ""));
        };
    }
}
