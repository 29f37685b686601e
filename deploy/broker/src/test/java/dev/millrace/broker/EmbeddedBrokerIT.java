package dev.millrace.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;

final class EmbeddedBrokerIT {
    /** By Kafka's own settings a new group's assignment comes with its second heartbeat. */
    private static final Duration KAFKAS_OWN_HEARTBEAT = Duration.ofSeconds(5);

    @TempDir private Path directory;

    @Test
    void what_is_produced_is_consumed() throws Exception {
        try (var broker = EmbeddedBroker.ephemeral()) {
            var clients = new Clients(broker.bootstrap());
            clients.createTopic("events");

            clients.send("events", "one", "two");

            assertThat(clients.read("events", 2)).containsExactly("one", "two");
        }
    }

    @Test
    void dead_letter_queues_are_on() throws Exception {
        try (var broker = EmbeddedBroker.ephemeral()) {
            assertThat(new Clients(broker.bootstrap()).features())
                    .containsEntry("share.version", (short) 2);
        }
    }

    @Test
    void
            a_new_share_group_on_a_broker_in_use_has_its_first_record_sooner_than_by_kafkas_own_settings()
                    throws Exception {
        try (var broker = EmbeddedBroker.ephemeral()) {
            var clients = new Clients(broker.bootstrap());
            clients.createTopic("jobs");
            clients.send("jobs", "job");
            clients.readFromTheStart("first");
            clients.readFromTheStart("second");
            clients.take("jobs", "first");

            var start = System.nanoTime();
            var taken = clients.take("jobs", "second");

            assertThat(taken).contains("job");
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isLessThan(KAFKAS_OWN_HEARTBEAT);
        }
    }

    @Test
    void a_restart_keeps_the_records_and_the_port() throws Exception {
        try (var broker = EmbeddedBroker.ephemeral()) {
            var clients = new Clients(broker.bootstrap());
            clients.createTopic("events");
            clients.send("events", "before");

            broker.restart();

            assertThat(broker.bootstrap()).isEqualTo(clients.bootstrap());
            clients.send("events", "after");
            assertThat(clients.read("events", 2)).containsExactly("before", "after");
        }
    }

    @Test
    void a_directory_keeps_its_records_and_its_port_from_one_broker_to_the_next() throws Exception {
        String bootstrap;
        try (var broker = EmbeddedBroker.persistent(directory)) {
            bootstrap = broker.bootstrap();
            new Clients(bootstrap).createTopic("events");
            new Clients(bootstrap).send("events", "kept");
        }

        try (var broker = EmbeddedBroker.persistent(directory)) {
            assertThat(broker.bootstrap()).isEqualTo(bootstrap);
            assertThat(new Clients(bootstrap).read("events", 1)).containsExactly("kept");
        }
    }

    @Test
    void two_brokers_in_one_jvm_do_not_know_each_other() throws Exception {
        try (var one = EmbeddedBroker.ephemeral();
                var other = EmbeddedBroker.ephemeral()) {
            new Clients(one.bootstrap()).createTopic("events");
            new Clients(other.bootstrap()).createTopic("events");

            new Clients(one.bootstrap()).send("events", "of one");
            new Clients(other.bootstrap()).send("events", "of the other");

            assertThat(new Clients(one.bootstrap()).read("events", 1)).containsExactly("of one");
            assertThat(new Clients(other.bootstrap()).read("events", 1))
                    .containsExactly("of the other");
        }
    }

    @Test
    void a_closed_broker_leaves_no_thread_that_keeps_the_jvm_alive() {
        var before = nonDaemonThreads();

        EmbeddedBroker.ephemeral().close();

        assertThat(nonDaemonThreads()).isSubsetOf(before);
    }

    @Test
    void a_directory_in_use_is_refused() {
        try (var _ = EmbeddedBroker.persistent(directory)) {
            assertThatThrownBy(() -> EmbeddedBroker.persistent(directory))
                    .isInstanceOf(BrokerStartException.class)
                    .hasMessageContaining(directory.toString())
                    .hasMessageContaining("in use by another broker");
        }
    }

    @Test
    void a_taken_port_is_named() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            var port = taken.getLocalPort();

            assertThatThrownBy(() -> EmbeddedBroker.persistent(directory, port))
                    .isInstanceOf(BrokerStartException.class)
                    .hasMessageContaining("port " + port)
                    .hasMessageContaining("is taken");
        }
    }

    @Test
    void a_failed_start_leaves_the_directory_to_the_next() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            assertThatThrownBy(() -> EmbeddedBroker.persistent(directory, taken.getLocalPort()))
                    .isInstanceOf(BrokerStartException.class);
        }

        try (var broker = EmbeddedBroker.persistent(directory)) {
            assertThat(broker.bootstrap()).startsWith("127.0.0.1:");
        }
    }

    @Test
    void another_clusters_directory_is_refused_and_left_alone() throws Exception {
        var identity = "version=1\ncluster.id=4L6g3nShT-eMCtK--X86sw\nnode.id=1\n";
        Files.writeString(directory.resolve("meta.properties"), identity);

        assertThatThrownBy(() -> EmbeddedBroker.persistent(directory))
                .isInstanceOf(BrokerStartException.class)
                .hasMessageContaining("4L6g3nShT-eMCtK--X86sw");
        assertThat(directory).isDirectoryNotContaining(file -> !file.endsWith("meta.properties"));
    }

    @Test
    void a_directory_with_other_files_is_refused_and_left_alone() throws Exception {
        Files.writeString(directory.resolve("thesis.txt"), "years of work");

        assertThatThrownBy(() -> EmbeddedBroker.persistent(directory))
                .isInstanceOf(BrokerStartException.class)
                .hasMessageContaining("not empty");
        assertThat(directory).isDirectoryNotContaining(file -> !file.endsWith("thesis.txt"));
    }

    private static Set<Thread> nonDaemonThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !thread.isDaemon())
                .collect(Collectors.toSet());
    }
}
