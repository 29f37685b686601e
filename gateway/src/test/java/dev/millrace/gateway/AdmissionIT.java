package dev.millrace.gateway;

import static dev.millrace.gateway.LogHarness.DEADLINE;
import static dev.millrace.gateway.LogHarness.await;
import static dev.millrace.gateway.LogHarness.submission;
import static dev.millrace.gateway.LogHarness.submit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.gateway.refusal.Reason;
import dev.millrace.gateway.refusal.Refusal;
import dev.millrace.protocol.EventType;

import org.junit.jupiter.api.Test;

import java.util.List;

final class AdmissionIT {
    @Test
    void open_jobs_are_bounded_over_all_gateways_and_over_a_restart() {
        try (var log = new LogHarness(2);
                var one = log.gateway(new LogSide.Settings(log.kafka, "one", List.of(0), 3))) {
            var first = submit(one);
            submit(one);
            submit(one);
            refused(one);

            try (var two = log.gateway(new LogSide.Settings(log.kafka, "two", List.of(1), 3))) {
                refused(two);

                assertThat(await(one.jobs().cancel(first, ""))).isEqualTo(EventType.CANCELLED);

                LogHarness.until("there is room for one", () -> isAdmitted(two));
                refused(two);
                LogHarness.until("the other gateway knows", () -> !isAdmitted(one));
            }
        }
    }

    private static boolean isAdmitted(LogSide gateway) {
        try {
            submit(gateway);
            return true;
        } catch (Refusal refusal) {
            assertThat(refusal.reason()).isEqualTo(Reason.TOO_MANY);
            return false;
        }
    }

    private static void refused(LogSide gateway) {
        assertThatThrownBy(() -> await(gateway.jobs().submit(submission("", DEADLINE))))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> assertThat(refusal.reason()).isEqualTo(Reason.TOO_MANY));
    }
}
