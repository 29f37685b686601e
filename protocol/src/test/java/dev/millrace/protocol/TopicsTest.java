package dev.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import org.junit.jupiter.api.Test;

import java.time.Duration;

class TopicsTest {
    private static final ModelId MODEL = new ModelId("llama-3");

    @Test
    void a_model_has_a_queue_of_one_partition_dead_letters_and_a_group() {
        assertThat(Topics.ofModel(MODEL))
                .extracting(Topics.Topic::name, Topics.Topic::partitions)
                .containsExactly(
                        tuple("millrace.jobs.llama-3", 1), tuple("dlq.millrace.jobs.llama-3", 1));
        assertThat(Topics.group(MODEL)).isEqualTo("millrace.workers.llama-3");
    }

    @Test
    void everybody_shares_events_models_and_control() {
        assertThat(Topics.shared(8))
                .extracting(Topics.Topic::name, Topics.Topic::partitions)
                .containsExactly(
                        tuple("millrace.events", 8),
                        tuple("millrace.models", 1),
                        tuple("millrace.control", 1));
    }

    @Test
    void what_holds_jobs_or_events_is_kept_a_day_stamped_by_the_broker_and_never_cut() {
        var jobs = Topics.ofModel(MODEL).getFirst().settings();
        var events = Topics.shared(1).getFirst().settings();

        assertThat(jobs)
                .isEqualTo(events)
                .containsEntry("cleanup.policy", "delete")
                .containsEntry("retention.ms", "86400000")
                .containsEntry("max.message.bytes", "16777216")
                .containsEntry("message.timestamp.type", "LogAppendTime")
                .containsEntry("unclean.leader.election.enable", "false");
    }

    @Test
    void the_longest_deadline_is_half_of_what_the_log_keeps() {
        assertThat(Topics.LONGEST_DEADLINE).isEqualTo(Duration.ofHours(12));
    }

    @Test
    void a_group_loses_no_early_job_and_buries_dead_ones_with_their_body() {
        assertThat(Topics.groupSettings(MODEL, Duration.ofSeconds(20)))
                .containsEntry("share.auto.offset.reset", "earliest")
                .containsEntry("share.renew.acknowledge.enable", "true")
                .containsEntry("share.record.lock.duration.ms", "20000")
                .containsEntry("share.delivery.count.limit", "10")
                .containsEntry("share.partition.max.record.locks", "10000")
                .containsEntry("errors.deadletterqueue.topic.name", "dlq.millrace.jobs.llama-3")
                .containsEntry("errors.deadletterqueue.copy.record.enable", "true")
                .hasSize(7);
    }

    @Test
    void dead_letters_are_known_by_their_name_and_may_be_written_by_the_broker() {
        var deadLetters = Topics.ofModel(MODEL).getLast();

        assertThat(Topics.isDeadLetters(deadLetters.name())).isTrue();
        assertThat(Topics.isDeadLetters(Topics.jobs(MODEL))).isFalse();
        assertThat(deadLetters.settings())
                .containsEntry("errors.deadletterqueue.group.enable", "true");
    }
}
