package dev.millrace.broker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

final class BrokerProcessIT {
    private static final int STOPPED_BY_SIGTERM = 143;

    @TempDir private Path directory;

    private final List<ProcessHandle> started = new ArrayList<>();

    @AfterEach
    void kill_what_is_left() {
        started.forEach(ProcessHandle::destroyForcibly);
    }

    @Test
    void it_says_where_it_listens_once_it_serves() throws Exception {
        var bootstrap = ready(start(directory.toString()));

        var clients = new Clients(bootstrap);
        clients.createTopic("events");
        clients.send("events", "one");
        assertThat(clients.read("events", 1)).containsExactly("one");
    }

    @Test
    void sigterm_stops_it_cleanly_and_frees_the_directory() throws Exception {
        var broker = start(directory.toString());
        ready(broker);

        broker.destroy();

        assertThat(broker.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(broker.exitValue()).isEqualTo(STOPPED_BY_SIGTERM);
        EmbeddedBroker.persistent(directory).close();
    }

    @Test
    void records_acknowledged_before_a_kill_are_there_after_it() throws Exception {
        var broker = start(directory.toString());
        var clients = new Clients(ready(broker));
        clients.createTopic("events");
        clients.send("events", "acknowledged");

        broker.destroyForcibly().waitFor();

        try (var next = EmbeddedBroker.persistent(directory)) {
            assertThat(next.bootstrap()).isEqualTo(clients.bootstrap());
            assertThat(clients.read("events", 1)).containsExactly("acknowledged");
        }
    }

    @Test
    void it_stops_when_the_process_that_started_it_is_killed() throws Exception {
        var parent = startUnder(directory.toString());
        ready(parent);
        var broker = parent.children().findFirst().orElseThrow();
        started.add(broker);

        parent.destroyForcibly();

        assertThat(broker.onExit()).succeedsWithin(Duration.ofSeconds(30));
        EmbeddedBroker.persistent(directory).close();
    }

    @Test
    void a_taken_port_is_one_line_and_exit_1() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            var broker = start(directory.toString(), Integer.toString(taken.getLocalPort()));

            assertThat(broker.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(broker.exitValue()).isEqualTo(1);
            assertThat(broker.errorReader().lines().filter(line -> !line.startsWith("WARNING: ")))
                    .singleElement()
                    .asString()
                    .contains("port " + taken.getLocalPort())
                    .contains("taken");
        }
    }

    private Process start(String... arguments) throws IOException {
        return launch(java(arguments));
    }

    /** The broker as a child of a shell, which is what comes back. */
    private Process startUnder(String... arguments) throws IOException {
        var command = new ArrayList<>(List.of("sh", "-c", "\"$0\" \"$@\" & wait"));
        command.addAll(java(arguments));
        return launch(command);
    }

    private Process launch(List<String> command) throws IOException {
        var process = new ProcessBuilder(command).start();
        started.add(process.toHandle());
        return process;
    }

    private static List<String> java(String... arguments) {
        var command = new ArrayList<String>();
        command.add(ProcessHandle.current().info().command().orElseThrow());
        command.addAll(
                List.of(
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path")));
        command.add(BrokerProcess.class.getName());
        command.addAll(List.of(arguments));
        return command;
    }

    private static String ready(Process process) throws IOException {
        var line = process.inputReader().readLine();
        assertThat(line).startsWith("ready ");
        return line.substring("ready ".length());
    }
}
