package dev.millrace.broker;

import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Properties;

/**
 * Where a broker keeps its records. Held by one broker at a time, and only ever by a broker of
 * ours: a directory with anything else in it is refused, never formatted.
 */
final class DataDirectory implements AutoCloseable {
    private static final String CLUSTER_PREFIX = "millrace-";
    private static final String LOCK = "broker.lock";
    private static final String PORT = "broker.port";
    private static final String KAFKA_IDENTITY = "meta.properties";

    /**
     * 1 is share groups; 2 adds their dead-letter queues, which 1 accepts in a group's settings and
     * then ignores.
     */
    private static final short SHARE_VERSION = 2;

    private final Path path;
    private final FileChannel lock;

    private DataDirectory(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /** Takes the directory, making and formatting it if it is new. */
    static DataDirectory open(Path path) {
        try {
            Files.createDirectories(path);
            refuseOthers(path);
            var directory = new DataDirectory(path, lock(path));
            directory.formatIfNew();
            return directory;
        } catch (IOException e) {
            throw new BrokerStartException(
                    "Cannot use " + path + " for the broker's data: " + e, e);
        }
    }

    Path path() {
        return path;
    }

    /** The port this directory's clients last knew, or {@link Listeners#ANY_PORT}. */
    int lastPort() throws IOException {
        var file = path.resolve(PORT);
        return Files.exists(file)
                ? Integer.parseInt(Files.readString(file).strip())
                : Listeners.ANY_PORT;
    }

    void remember(int port) throws IOException {
        Files.writeString(path.resolve(PORT), port + "\n");
    }

    void delete() throws IOException {
        try (var files = Files.walk(path)) {
            files.sorted(Comparator.reverseOrder()).forEach(DataDirectory::deleteFile);
        }
    }

    /** Lets another broker take the directory. */
    @Override
    public void close() throws IOException {
        lock.close();
    }

    private static void refuseOthers(Path path) throws IOException {
        var identity = path.resolve(KAFKA_IDENTITY);
        if (Files.exists(identity)) {
            var cluster = clusterId(identity);
            if (!cluster.startsWith(CLUSTER_PREFIX)) {
                throw new BrokerStartException(
                        "The data directory "
                                + path
                                + " belongs to another Kafka cluster ("
                                + cluster
                                + "): give an empty or a new directory");
            }
        } else if (!Files.exists(path.resolve(LOCK)) && !isEmpty(path)) {
            throw new BrokerStartException(
                    "The data directory "
                            + path
                            + " is not empty and holds no broker's data: give an empty or a new"
                            + " directory");
        }
    }

    private static String clusterId(Path identity) throws IOException {
        var properties = new Properties();
        try (var reader = Files.newBufferedReader(identity)) {
            properties.load(reader);
        }
        return properties.getProperty("cluster.id", "unnamed");
    }

    private static boolean isEmpty(Path path) throws IOException {
        try (var files = Files.list(path)) {
            return files.findAny().isEmpty();
        }
    }

    private static FileChannel lock(Path path) throws IOException {
        var channel =
                FileChannel.open(
                        path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (!tryLock(channel)) {
            channel.close();
            throw new BrokerStartException(
                    "The data directory " + path + " is in use by another broker that runs now");
        }
        return channel;
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException _) {
            return false; // held by this very JVM
        }
    }

    private void formatIfNew() throws IOException {
        if (Files.exists(path.resolve(KAFKA_IDENTITY))) {
            return;
        }
        try {
            new Formatter()
                    .setPrintStream(new PrintStream(OutputStream.nullOutputStream()))
                    .setClusterId(newClusterId())
                    .setNodeId(BrokerSettings.NODE_ID)
                    .setControllerListenerName(BrokerSettings.CONTROLLER)
                    .setDirectories(List.of(path.toString()))
                    .setMetadataLogDirectory(path.toString())
                    .setReleaseVersion(MetadataVersion.latestProduction())
                    .setFeatureLevel("share.version", SHARE_VERSION)
                    .setIgnoreFormatted(true)
                    .run();
        } catch (Exception e) {
            throw new BrokerStartException(
                    "Cannot format " + path + " for the broker's data: " + e, e);
        }
    }

    /** Kafka's cluster ids are 22 characters; the first ones say that the cluster is ours. */
    private static String newClusterId() {
        return CLUSTER_PREFIX + Uuid.randomUuid().toString().substring(CLUSTER_PREFIX.length());
    }

    private static void deleteFile(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
