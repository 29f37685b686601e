package dev.millrace.gateway;

import dev.millrace.broker.EmbeddedBroker;
import dev.millrace.gateway.stream.Subscription;
import dev.millrace.gateway.submit.Submission;
import dev.millrace.protocol.Cursor;
import dev.millrace.protocol.JobId;
import dev.millrace.protocol.ModelId;
import dev.millrace.protocol.Task;
import dev.millrace.protocol.TextParameters;
import dev.millrace.protocol.kafka.ClientSettings;
import dev.millrace.protocol.kafka.Provisioner;
import dev.millrace.protocol.kafka.StreamReader;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** A broker with our topics, gateways on it, and what tests do with them. */
public final class LogHarness implements AutoCloseable {
    public static final ModelId MODEL = new ModelId("tiny");
    public static final Duration DEADLINE = Duration.ofMinutes(5);
    private static final Duration LOCK = Duration.ofSeconds(15);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    public final ClientSettings kafka;
    public final Vertx vertx = Vertx.vertx();
    public final FakeWorker worker;

    private final Supplier<EmbeddedBroker> next;
    private EmbeddedBroker broker;

    public LogHarness(int partitions) {
        this(partitions, EmbeddedBroker::ephemeral);
    }

    /** With a broker that can be stopped and started again on its records. */
    public LogHarness(int partitions, Path directory) {
        this(partitions, () -> EmbeddedBroker.persistent(directory));
    }

    private LogHarness(int partitions, Supplier<EmbeddedBroker> next) {
        this.next = next;
        this.broker = next.get();
        this.kafka = ClientSettings.of(broker.bootstrap());
        try (var provisioner = new Provisioner(kafka)) {
            provisioner.shared(partitions);
            provisioner.model(MODEL, LOCK);
        }
        this.worker = new FakeWorker(kafka);
    }

    public LogSide gateway(String id) {
        return gateway(new LogSide.Settings(kafka, id, List.of(), 1000));
    }

    public LogSide gateway(LogSide.Settings settings) {
        var gateway = new LogSide(settings, vertx, new SimpleMeterRegistry());
        until("the gateway is ready", gateway::isComplete);
        return gateway;
    }

    public static Submission submission(String owner, Duration deadline) {
        var parameters = new TextParameters(16, 0, 1, 0, 1, List.of(), TextParameters.NO_LOGPROBS);
        var task = new Task.Text(new Task.Plain("once"), parameters);
        return new Submission(MODEL, owner, deadline, task, "");
    }

    public static JobId submit(LogSide gateway) {
        return await(gateway.jobs().submit(submission("", DEADLINE)));
    }

    public static Subscription subscribe(LogSide gateway, JobId job, Recorder recorder) {
        return subscribe(gateway, job, Cursor.at(job), recorder);
    }

    public static Subscription subscribe(
            LogSide gateway, JobId job, Cursor after, Recorder recorder) {
        return await(gateway.streams().subscribe(job, "", after, recorder));
    }

    public static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage()
                    .toCompletableFuture()
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new AssertionError(e);
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    /** Waits for a condition. */
    public static void until(String what, BooleanSupplier holds) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("did not come to be: " + what);
            }
            LockSupport.parkNanos(2_000_000);
        }
    }

    public void stopBroker() {
        broker.close();
    }

    public void startBroker() {
        broker = next.get();
    }

    /** The offset of the partition's next record. */
    public long end(int partition) {
        try (var reader = new StreamReader(kafka)) {
            return reader.end(partition);
        }
    }

    @Override
    public void close() {
        worker.close();
        await(vertx.close());
        broker.close();
    }
}
