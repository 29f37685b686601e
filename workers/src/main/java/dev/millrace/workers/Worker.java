package dev.millrace.workers;

import dev.millrace.protocol.Served;
import dev.millrace.protocol.kafka.Provisioner;
import dev.millrace.workers.claim.Cancellations;
import dev.millrace.workers.claim.Entrance;
import dev.millrace.workers.claim.Follower;
import dev.millrace.workers.claim.KafkaClaims;
import dev.millrace.workers.claim.Window;
import dev.millrace.workers.emit.Emitter;
import dev.millrace.workers.run.Claims;
import dev.millrace.workers.run.Crew;
import dev.millrace.workers.run.Drain;
import dev.millrace.workers.run.Engine;
import dev.millrace.workers.run.EngineFactory;
import dev.millrace.workers.run.Running;
import dev.millrace.workers.run.Slot;
import dev.millrace.workers.run.Tally;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * One process's part in serving one model: slots that take jobs from its queue, and what they
 * share.
 */
public final class Worker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

    /** After the grace period: one step, a flush and a release. */
    private static final Duration HAND_OVER = Duration.ofSeconds(10);

    private final WorkerConfig config;
    private final Tally tally;
    private final Drain drain = new Drain();
    private final Heartbeat heartbeat;
    private final Management management;
    private final Closing shared;
    private final List<Slot> slots;
    private final List<Thread> slotThreads;
    private final List<Thread> readerThreads;
    private final Thread heartbeatThread;
    private volatile boolean isStarted;

    private Worker(
            WorkerConfig config, Served.Model model, Engine engine, Tally tally, Closing shared) {
        this.config = config;
        this.tally = tally;
        this.shared = shared;
        var running = new Running();
        var window = new Window();
        var kafka = config.kafka();
        management =
                shared.add(
                        Management.start(
                                config.managementPort(),
                                Metrics.of(tally, window, config)
                                        .and(engine.measures(), model.model()),
                                this::isAlive,
                                this::isReady));
        var emitter = shared.add(new Emitter(kafka, config.id(), tally));
        var follower = shared.add(new Follower(kafka));
        var cancellations = shared.add(new Cancellations(kafka, running::stop));
        var crew =
                new Crew(engine, running, drain, tally, InstantSource.system(), config.firstStep());
        var entrance = new Entrance();
        Supplier<Claims> claims =
                () ->
                        new KafkaClaims(
                                kafka,
                                model.model(),
                                config.lock(),
                                emitter,
                                follower,
                                tally,
                                window,
                                entrance);
        slots = Stream.generate(() -> new Slot(claims.get(), crew)).limit(config.slots()).toList();
        readerThreads = List.of(start("follower", follower), start("cancellations", cancellations));
        slotThreads =
                IntStream.range(0, slots.size())
                        .mapToObj(i -> start("slot-" + i, slots.get(i)))
                        .toList();
        heartbeat = new Heartbeat(emitter, model, config.id(), config.slots(), tally);
        heartbeatThread = Thread.ofVirtual().name("heartbeat").start(heartbeat);
        isStarted = true;
    }

    /**
     * Makes the topics, loads the model and starts to take jobs.
     *
     * @throws RuntimeException whose message is one line for the operator: a broken model
     *     directory, a cluster that cannot keep the promises, a port that is taken
     */
    public static Worker start(WorkerConfig config, EngineFactory kind) {
        var model = kind.served(config.model(), config.engine());
        try (var provisioner = new Provisioner(config.kafka())) {
            provisioner.shared(config.eventPartitions());
            provisioner.model(model.model(), config.lock());
        }
        var shared = new Closing();
        try {
            var engine = shared.add(kind.open(config.model(), config.engine()));
            var worker = new Worker(config, model, engine, new Tally(), shared);
            log(config).addKeyValue("model", model.model()).log("worker started");
            return worker;
        } catch (RuntimeException e) {
            shared.close();
            throw e;
        }
    }

    private static LoggingEventBuilder log(WorkerConfig config) {
        return LOG.atInfo().addKeyValue("worker", config.id()).addKeyValue("slots", config.slots());
    }

    private static Thread start(String name, Runnable loop) {
        return Thread.ofPlatform()
                .name(name)
                .uncaughtExceptionHandler((thread, e) ->
                        LOG.atError()
                                .setCause(e)
                                .addKeyValue("thread", thread.getName())
                                .log("a thread of the worker has died"))
                .start(loop);
    }

    /** Whether restarting the process would help: a thread has died, or the engine hangs. */
    private boolean isAlive() {
        return !isStarted
                || (readerThreads.stream().allMatch(Thread::isAlive)
                        && (drain.hasBegun() || slotThreads.stream().allMatch(Thread::isAlive))
                        && tally.stuck.get() == 0);
    }

    /** Whether it takes jobs. */
    private boolean isReady() {
        return isStarted && isAlive() && !drain.hasBegun();
    }

    /** What has been done so far. */
    public Tally tally() {
        return tally;
    }

    /** Where {@code /live}, {@code /ready} and {@code /metrics} are served. */
    public int managementPort() {
        return management.port();
    }

    /**
     * Drains: takes no more jobs, lets those it has go on for the grace period, then hands them
     * over, except a job that would be buried by that: it is finished, however long that takes.
     */
    @Override
    public void close() {
        drain.begin();
        heartbeatThread.interrupt();
        heartbeat.withdraw();
        if (!join(config.grace())) {
            drain.handOver();
            slots.forEach(Slot::handOver);
            while (!join(HAND_OVER) && slots.stream().anyMatch(Slot::mustFinish)) {
                log(config).log("finishing jobs in their last delivery");
            }
        }
        shared.close();
        log(config).log("worker stopped");
    }

    private boolean join(Duration atMost) {
        long deadline = System.nanoTime() + atMost.toNanos();
        try {
            for (var thread : slotThreads) {
                if (!thread.join(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())))) {
                    return false;
                }
            }
            return true;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
