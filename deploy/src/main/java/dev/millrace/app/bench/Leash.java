package dev.millrace.app.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Keeps a source that costs nothing from running ahead of the clients: the log would take whatever
 * it says, and the processor time would go into tokens that nobody has been given yet. Asks the
 * gateway's metrics how much was written.
 */
final class Leash implements AutoCloseable {
    private static final String WRITTEN = "millrace_stream_events_total ";
    private static final int AHEAD = 32 * 1024;
    private static final Duration EVERY = Duration.ofMillis(100);

    private final HttpClient http = HttpClient.newHttpClient();
    private final HttpRequest metrics;
    private final Thread thread;
    private long said; // by the source's thread only
    private volatile long written;

    /**
     * @param metrics where the gateway tells its metrics
     */
    Leash(URI metrics) {
        this.metrics = HttpRequest.newBuilder(metrics).build();
        this.thread = Thread.ofVirtual().name("leash").start(this::measure);
    }

    /** Called before each token; waits while the clients are far behind. */
    void take() {
        while (said - written > AHEAD && thread.isAlive()) {
            LockSupport.parkNanos(500_000);
        }
        said++;
    }

    private void measure() {
        try {
            while (true) {
                Thread.sleep(EVERY);
                http.send(metrics, HttpResponse.BodyHandlers.ofLines())
                        .body()
                        .filter(line -> line.startsWith(WRITTEN))
                        .forEach(line ->
                                written =
                                        (long)
                                                Double.parseDouble(
                                                        line.substring(WRITTEN.length())));
            }
        } catch (IOException e) {
            throw new IllegalStateException("the gateway's metrics cannot be read", e);
        } catch (InterruptedException _) {
            // closed
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
