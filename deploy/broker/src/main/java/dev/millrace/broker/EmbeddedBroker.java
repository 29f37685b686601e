package dev.millrace.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A real Kafka, without a second process: one node on the loopback interface that clients cannot
 * tell from a cluster.
 *
 * <p>Records survive the process, not a power failure. Not safe for use by several threads; {@link
 * #close} may be called by a shutdown hook.
 */
public final class EmbeddedBroker implements AutoCloseable {
    /**
     * After a kill, a persistent broker's successor waits this long before it is let in. Kafka's
     * default.
     */
    private static final Duration SESSION = Duration.ofSeconds(9);

    /**
     * Nothing ever follows a killed ephemeral broker, and a starved machine must not have it
     * fenced.
     */
    private static final Duration LONG_SESSION = Duration.ofMinutes(1);

    private final DataDirectory directory;
    private final boolean isEphemeral;
    private final int port;
    private KafkaNode node;

    private EmbeddedBroker(DataDirectory directory, boolean isEphemeral, Listeners listeners)
            throws IOException {
        this.directory = directory;
        this.isEphemeral = isEphemeral;
        this.port = listeners.clientPort();
        this.node = start(listeners);
    }

    /** A broker on a free port whose records vanish when it is closed. */
    public static EmbeddedBroker ephemeral() {
        try {
            return open(Files.createTempDirectory("millrace-broker"), true, Listeners.ANY_PORT);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A broker that keeps its records in the directory, and its port too if that is still free. */
    public static EmbeddedBroker persistent(Path directory) {
        return open(directory, false, Listeners.ANY_PORT);
    }

    /**
     * A broker that keeps its records in the directory and listens on this port.
     *
     * @throws BrokerStartException if the port is taken, or the directory is not a broker's or is
     *     in use
     */
    public static EmbeddedBroker persistent(Path directory, int port) {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port must be 1..65535, was " + port);
        }
        return open(directory, false, port);
    }

    /** What clients take as {@code bootstrap.servers}. */
    public String bootstrap() {
        return BrokerSettings.HOST + ":" + port;
    }

    /**
     * Stops cleanly and starts again on the same records and the same port. Clients only see it go
     * away for a while.
     */
    public void restart() {
        node.close();
        try {
            node = start(bind(port));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Stops cleanly: everything acknowledged is on disk, and the next start need not recover. */
    @Override
    public void close() {
        node.close();
        try (directory) {
            if (isEphemeral) {
                directory.delete();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static EmbeddedBroker open(Path path, boolean isEphemeral, int port) {
        var directory = DataDirectory.open(path.toAbsolutePath().normalize());
        try {
            var listeners = port == Listeners.ANY_PORT ? bindLastPort(directory) : bind(port);
            directory.remember(listeners.clientPort());
            return new EmbeddedBroker(directory, isEphemeral, listeners);
        } catch (IOException | RuntimeException e) {
            closeAfter(directory, e);
            throw e instanceof RuntimeException runtime
                    ? runtime
                    : new UncheckedIOException((IOException) e);
        }
    }

    private static Listeners bindLastPort(DataDirectory directory) throws IOException {
        try {
            return Listeners.bind(directory.lastPort());
        } catch (BindException _) {
            return Listeners.bind(Listeners.ANY_PORT); // nobody asked for this one in particular
        }
    }

    private static Listeners bind(int port) throws IOException {
        try {
            return Listeners.bind(port);
        } catch (BindException e) {
            throw new BrokerStartException(
                    "The broker's port "
                            + port
                            + " on "
                            + BrokerSettings.HOST
                            + " is taken: stop its owner or give another port",
                    e);
        }
    }

    private KafkaNode start(Listeners listeners) throws IOException {
        var session = isEphemeral ? LONG_SESSION : SESSION;
        var settings =
                BrokerSettings.of(directory.path(), port, listeners.controllerPort(), session);
        try {
            return KafkaNode.start(settings, listeners);
        } catch (RuntimeException e) {
            closeAfter(listeners, e);
            throw new BrokerStartException(
                    "Kafka did not start on " + directory.path() + ": " + e.getMessage(), e);
        }
    }

    private static void closeAfter(AutoCloseable resource, Exception failure) {
        try (resource) {
        } catch (Exception e) {
            failure.addSuppressed(e);
        }
    }
}
