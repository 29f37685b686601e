package dev.millrace.gateway.stream;

import dev.millrace.gateway.refusal.Reason;
import dev.millrace.gateway.refusal.Refusal;
import dev.millrace.protocol.kafka.ClientSettings;
import dev.millrace.protocol.kafka.StreamReader;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * A few threads, each with a reader of its own, that read the log for whoever asks. Each read is
 * small, so that nobody waits long; who wants more asks again.
 */
final class CatchUp implements AutoCloseable {
    private final int maxWaiting;
    private final BlockingQueue<Read<?>> waiting = new LinkedBlockingQueue<>();
    private final List<Thread> threads;
    private volatile boolean isClosing;

    private record Read<T>(Function<StreamReader, T> from, CompletableFuture<T> result) {
        void with(StreamReader reader) {
            result.complete(from.apply(reader));
        }
    }

    /**
     * @param maxWaiting how many newcomers may wait
     */
    CatchUp(ClientSettings settings, int threads, int maxWaiting) {
        var patient =
                settings.with("default.api.timeout.ms", "5000")
                        .with("max.partition.fetch.bytes", "262144");
        this.maxWaiting = maxWaiting;
        this.threads = IntStream.range(0, threads).mapToObj(i -> start(i, patient)).toList();
    }

    private Thread start(int number, ClientSettings settings) {
        var reader = new StreamReader(settings);
        return Thread.ofPlatform()
                .daemon()
                .name("catch-up-" + number)
                .start(() -> serveWith(reader));
    }

    /** For newcomers: fails with a refusal if too many wait already. */
    <T> CompletableFuture<T> read(Function<StreamReader, T> from) {
        if (waiting.size() >= maxWaiting) {
            return CompletableFuture.failedFuture(
                    Refusal.of(
                            Reason.TOO_MANY,
                            "at most " + maxWaiting + " readers of the log may wait"));
        }
        return readOn(from);
    }

    /** For those who were let in: each has at most one read under way, so there is a bound. */
    <T> CompletableFuture<T> readOn(Function<StreamReader, T> from) {
        var read = new Read<>(from, new CompletableFuture<T>());
        waiting.add(read);
        return read.result();
    }

    int waiting() {
        return waiting.size();
    }

    private void serveWith(StreamReader reader) {
        while (!isClosing) {
            try {
                serve(waiting.take(), reader);
            } catch (InterruptedException _) {
                // closing
            }
        }
        Thread.interrupted(); // or the reader could not take its leave
        reader.close();
    }

    private static void serve(Read<?> read, StreamReader reader) {
        try {
            read.with(reader);
        } catch (RuntimeException e) {
            read.result().completeExceptionally(e);
        }
    }

    @Override
    public void close() {
        isClosing = true;
        threads.forEach(Thread::interrupt);
        waiting.forEach(read -> read.result().cancel(false));
    }
}
