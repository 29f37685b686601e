package dev.millrace.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.gateway.refusal.Reason;
import dev.millrace.gateway.refusal.Refusal;
import dev.millrace.protocol.JobKey;
import dev.millrace.protocol.ModelId;

import org.junit.jupiter.api.Test;

final class AdmissionTest {
    private static final ModelId MODEL = new ModelId("tiny");
    private static final ModelId OTHER = new ModelId("other");
    private final JobKey job = JobKey.random();
    private final Admission admission = new Admission(2, (_, _) -> {});

    @Test
    void a_full_model_takes_no_more_and_another_model_does() {
        admission.admit(MODEL, job);
        admission.admit(MODEL, JobKey.random());

        assertThatThrownBy(() -> admission.admit(MODEL, JobKey.random()))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> assertThat(refusal.reason()).isEqualTo(Reason.TOO_MANY))
                .hasMessageContaining("at most 2 open jobs");
        admission.admit(OTHER, JobKey.random());
    }

    @Test
    void the_end_of_a_job_makes_room() {
        admission.admit(MODEL, job);
        admission.admit(MODEL, JobKey.random());

        admission.ended(MODEL, job);

        admission.admit(MODEL, JobKey.random());
    }

    @Test
    void a_job_counts_once_however_often_it_is_heard_of() {
        admission.admit(MODEL, job);
        admission.opened(MODEL, job);
        admission.opened(MODEL, job);
        assertThat(admission.open(MODEL)).isEqualTo(1);

        admission.ended(MODEL, job);
        admission.ended(MODEL, job);
        assertThat(admission.open(MODEL)).isZero();
    }

    @Test
    void what_other_gateways_took_counts_too() {
        admission.opened(MODEL, job);
        admission.opened(MODEL, JobKey.random());
        admission.opened(MODEL, JobKey.random());

        assertThat(admission.open(MODEL)).isEqualTo(3);
        assertThatThrownBy(() -> admission.admit(MODEL, JobKey.random()))
                .isInstanceOf(Refusal.class);
    }
}
