package dev.millrace.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.protocol.Body;
import dev.millrace.protocol.Cursor;
import dev.millrace.protocol.FinishReason;
import dev.millrace.protocol.JobId;
import dev.millrace.protocol.Png;
import dev.millrace.protocol.Usage;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.net.URI;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Many jobs on one WebSocket. */
class SocketIT {
    private static final Body.Completed DONE =
            new Body.Completed(FinishReason.STOP, new Usage(1, 1));

    private final Rig rig = new Rig();
    private final Client client = new Client();
    private final WebSocket socket = connect("http://127.0.0.1:" + rig.port).join();

    private static final class Client implements WebSocket.Listener {
        private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
        private final BlockingQueue<ByteBuffer> pictures = new LinkedBlockingQueue<>();
        private final StringBuilder part = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(
                WebSocket from, CharSequence text, boolean last) {
            part.append(text);
            if (last) {
                messages.add(part.toString());
                part.setLength(0);
            }
            from.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onBinary(
                WebSocket from, ByteBuffer bytes, boolean last) {
            pictures.add(bytes);
            messages.add("(binary)");
            from.request(1);
            return null;
        }

        String next() {
            try {
                var message = messages.poll(30, TimeUnit.SECONDS);
                if (message == null) {
                    throw new AssertionError("no message came");
                }
                return message;
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    private CompletableFuture<WebSocket> connect(String origin) {
        return rig.client
                .newWebSocketBuilder()
                .header("Origin", origin)
                .buildAsync(URI.create("ws://127.0.0.1:" + rig.port + "/v1/ws"), client);
    }

    private void send(String message) {
        socket.sendText(message, true).join();
    }

    private JobId submit(String ref) {
        send(
                "{\"type\":\"submit\",\"ref\":\"%s\",\"model\":\"stories\",\"input\":{\"prompt\":\"a\"}}"
                        .formatted(ref));
        var accepted = client.next();
        var job = rig.jobs.jobs().getLast();
        assertThat(accepted)
                .isEqualTo(
                        "{\"type\":\"accepted\",\"ref\":\"%s\",\"cursor\":\"%s\",\"job\":\"%s\",\"sequence\":0,\"attempt\":0}"
                                .formatted(ref, Cursor.at(job), job));
        return job;
    }

    @AfterEach
    void stop() {
        socket.abort();
        rig.close();
    }

    @Test
    void two_jobs_stream_on_one_socket_each_under_its_ref() {
        var first = submit("one");
        var second = submit("two");

        rig.streams.claim(second);
        assertThat(client.next()).contains("\"type\":\"claimed\",\"ref\":\"two\"");
        rig.streams.claim(first);
        assertThat(client.next()).contains("\"type\":\"claimed\",\"ref\":\"one\"");
        rig.streams.say(first, new Body.Delta("hé", 5));
        assertThat(client.next())
                .isEqualTo(
                        "{\"type\":\"delta\",\"ref\":\"one\",\"cursor\":\"%s\",\"job\":\"%s\",\"sequence\":1,\"attempt\":1,\"text\":\"hé\",\"tokens\":[5]}"
                                .formatted(rig.streams.events(first).getLast().cursor(), first));
    }

    @Test
    void a_picture_follows_its_event_as_a_binary_frame() {
        var job = submit("one");
        rig.streams.claim(job);
        byte[] bytes = {(byte) 0x89, 'P', 'N', 'G'};
        var sweeps = new Body.Sweeps(List.of(12, 3), List.of(7));
        rig.streams.say(
                job, new Body.Preview(0, 0, 6, 0.25, List.of(0.5, 0.125), sweeps, new Png(bytes)));

        assertThat(client.next()).contains("claimed");
        assertThat(client.next())
                .endsWith(
                        "\"sequence\":1,\"attempt\":1,\"picture\":0,\"index\":0,\"block\":6,"
                                + "\"fraction\":0.25,\"residuals\":[0.5,0.125],\"sweeps\":[12,3],"
                                + "\"tokenwise\":[7],\"content_type\":\"image/png\",\"bytes\":4}");
        assertThat(client.next()).isEqualTo("(binary)");
        assertThat(client.pictures.remove()).isEqualTo(ByteBuffer.wrap(bytes));
    }

    @Test
    void a_stream_is_subscribed_to_from_a_cursor_and_its_ref_is_free_after_the_end() {
        var job = submit("one");
        rig.streams.claim(job);
        var cursor = rig.streams.events(job).getLast().cursor();
        rig.streams.say(job, DONE);
        assertThat(client.next()).contains("claimed");
        assertThat(client.next()).contains("completed");
        var end = rig.streams.events(job).getLast().cursor();

        send(
                "{\"type\":\"subscribe\",\"ref\":\"one\",\"job\":\"%s\",\"after\":\"%s\"}"
                        .formatted(job, cursor));
        assertThat(client.next()).contains("\"type\":\"completed\",\"ref\":\"one\"");

        send(
                "{\"type\":\"subscribe\",\"ref\":\"one\",\"job\":\"%s\",\"after\":\"%s\"}"
                        .formatted(job, end));
        assertThat(client.next())
                .isEqualTo("{\"type\":\"ended\",\"ref\":\"one\",\"job\":\"" + job + "\"}");
    }

    @Test
    void a_stream_is_left_and_a_job_cancelled() {
        var job = submit("one");

        send("{\"type\":\"unsubscribe\",\"ref\":\"one\"}");
        assertThat(client.next()).isEqualTo("{\"type\":\"unsubscribed\",\"ref\":\"one\"}");
        assertThat(rig.streams.subscriptions(job)).isZero();

        send("{\"type\":\"cancel\",\"ref\":\"c\",\"job\":\"" + job + "\"}");
        assertThat(client.next())
                .isEqualTo(
                        "{\"type\":\"state\",\"ref\":\"c\",\"job\":\""
                                + job
                                + "\",\"state\":\"cancelled\"}");
    }

    @Test
    void errors_are_messages_and_the_socket_lives_on() {
        send("nonsense");
        assertThat(client.next())
                .startsWith("{\"type\":\"error\",\"problem\":{\"type\":\"urn:millrace:problem:")
                .contains("the body must be JSON");

        send("{\"type\":\"dance\",\"ref\":\"a\"}");
        assertThat(client.next())
                .startsWith("{\"type\":\"error\",\"ref\":\"a\",")
                .contains("type must be submit, subscribe, unsubscribe or cancel, was 'dance'");

        send("{\"type\":\"subscribe\",\"ref\":\"a\",\"job\":\"job_x\"}");
        assertThat(client.next()).contains("\"ref\":\"a\"", "\"status\":404");

        send(
                "{\"type\":\"submit\",\"ref\":\"a\",\"model\":\"stories\",\"input\":{\"prompt\":\"\"}}");
        assertThat(client.next()).contains("input.prompt must not be empty");

        socket.sendBinary(ByteBuffer.wrap(new byte[3]), true).join();
        assertThat(client.next()).contains("a message must be text, was binary");

        submit("a");
    }

    @Test
    void a_message_just_above_the_limit_is_413_with_both_numbers_and_one_just_below_is_read() {
        var message =
                "{\"type\":\"submit\",\"ref\":\"a\",\"model\":\"stories\",\"input\":{\"prompt\":\"a\"}}";

        send(message + " ".repeat(Rig.BODY_LIMIT - message.length() + 1));
        assertThat(client.next())
                .contains("\"status\":413", "a message must have at most 100000 bytes, had 100001");
        assertThat(rig.jobs.submissions()).isEmpty();

        send(message + " ".repeat(Rig.BODY_LIMIT - message.length()));
        assertThat(client.next()).contains("\"type\":\"accepted\"");
    }

    @Test
    void a_message_far_above_the_limit_is_413_too_and_the_socket_lives_on() {
        send(" ".repeat(3 * Rig.BODY_LIMIT));

        assertThat(client.next()).contains("\"status\":413", "had 300000");
        submit("a");
    }

    @Test
    void a_socket_follows_so_many_streams_and_no_more() {
        for (int i = 0; i < Rig.LIMITS.subscriptionsPerSocket(); i++) {
            submit("r" + i);
        }

        send(
                "{\"type\":\"submit\",\"ref\":\"r0\",\"model\":\"stories\",\"input\":{\"prompt\":\"a\"}}");
        assertThat(client.next()).contains("ref must be one that is not in use, was 'r0'");
        send(
                "{\"type\":\"submit\",\"ref\":\"more\",\"model\":\"stories\",\"input\":{\"prompt\":\"a\"}}");
        assertThat(client.next()).contains("\"status\":429", "at most 4 streams");
    }

    @Test
    void a_client_that_leaves_ends_its_subscriptions_and_the_jobs_that_were_to_end_then() {
        var kept = submit("kept");
        send(
                "{\"type\":\"submit\",\"ref\":\"x\",\"model\":\"stories\",\"input\":{\"prompt\":\"a\"},\"on_disconnect\":\"cancel\"}");
        client.next();
        var ended = rig.jobs.jobs().getLast();

        socket.abort();

        Rig.until("nobody follows", () -> rig.streams.subscriptions(kept) == 0);
        Rig.until("the job is cancelled", () -> rig.jobs.cancelled().contains(ended));
        assertThat(rig.jobs.cancelled()).doesNotContain(kept);
    }

    @Test
    void pages_of_other_sites_get_no_socket_and_plain_requests_are_told_to_upgrade() {
        assertThatThrownBy(() -> connect("http://evil.example").join())
                .hasMessageContaining("WebSocketHandshakeException");
        assertThat(rig.get("/v1/ws").statusCode()).isEqualTo(426);
    }

    /** Takes one message and then no more until it is told to. */
    private static final class Slow implements WebSocket.Listener {
        private final AtomicInteger messages = new AtomicInteger();

        @Override
        public @Nullable CompletionStage<?> onText(
                WebSocket from, CharSequence text, boolean last) {
            if (!last || messages.incrementAndGet() > 1) {
                from.request(1);
            }
            return null;
        }
    }

    @Test
    void a_client_that_does_not_read_pauses_its_streams_and_misses_nothing() {
        var slow = new Slow();
        var lazy =
                rig.client
                        .newWebSocketBuilder()
                        .buildAsync(URI.create("ws://127.0.0.1:" + rig.port + "/v1/ws"), slow)
                        .join();
        lazy.sendText(
                        "{\"type\":\"submit\",\"ref\":\"a\",\"model\":\"stories\",\"input\":{\"prompt\":\"a\"}}",
                        true)
                .join();
        Rig.until("accepted is read", () -> slow.messages.get() == 1);
        var job = rig.jobs.jobs().getLast();
        rig.streams.claim(job);
        int said = 0;
        while (rig.streams.pauses(job) == 0 && said < 20_000) {
            rig.streams.say(job, new Body.Delta("x".repeat(4000), said++));
        }
        assertThat(rig.streams.pauses(job)).isPositive();
        int all = said + 2; // accepted and claimed

        lazy.request(2);

        Rig.until("all is read", () -> slow.messages.get() == all);
        lazy.abort();
    }
}
