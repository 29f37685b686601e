package dev.millrace.gateway;

import static dev.millrace.gateway.LogHarness.await;
import static dev.millrace.gateway.LogHarness.submit;
import static dev.millrace.gateway.LogHarness.subscribe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.gateway.refusal.Reason;
import dev.millrace.gateway.refusal.Refusal;
import dev.millrace.protocol.Cursor;
import dev.millrace.protocol.EventType;
import dev.millrace.protocol.Topics;

import io.vertx.core.Future;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

import java.util.Map;

final class RetentionIT {
    @Test
    void what_is_cut_from_the_log_is_gone_and_nobody_reads_from_the_middle() throws Exception {
        try (var log = new LogHarness(1);
                var gateway = log.gateway("one")) {
            var old = submit(gateway);
            log.worker.answer(old, 1, 1, 4);
            var recorder = new Recorder();
            subscribe(gateway, old, recorder);
            var cursor = recorder.all().get(3).cursor();
            var fresh = submit(gateway);

            cut(log, cursor.offset());

            refused(gateway.streams().status(old, ""), Reason.GONE);
            refused(gateway.jobs().cancel(old, ""), Reason.GONE);
            refused(subscribing(gateway, old, Cursor.at(old)), Reason.GONE);
            refused(subscribing(gateway, old, cursor), Reason.GONE);
            assertThat(await(gateway.jobs().cancel(fresh, ""))).isEqualTo(EventType.CANCELLED);
        }
    }

    private static Future<?> subscribing(
            LogSide gateway, dev.millrace.protocol.JobId job, Cursor after) {
        return gateway.streams().subscribe(job, "", after, new Recorder());
    }

    private static void cut(LogHarness log, long before) throws Exception {
        var events = new TopicPartition(Topics.EVENTS, 0);
        try (var admin = Admin.create(log.kafka.admin())) {
            admin.deleteRecords(Map.of(events, RecordsToDelete.beforeOffset(before))).all().get();
        }
    }

    private static void refused(Future<?> future, Reason reason) {
        assertThatThrownBy(() -> await(future))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.reason()).isEqualTo(reason));
    }
}
