package dev.millrace.workers;

import dev.millrace.protocol.Served;
import dev.millrace.protocol.kafka.Provisioner;
import dev.millrace.workers.claim.Cancellations;
import dev.millrace.workers.claim.Follower;
import dev.millrace.workers.claim.KafkaClaims;
import dev.millrace.workers.claim.Window;
import dev.millrace.workers.emit.Emitter;
import dev.millrace.workers.run.Crew;
import dev.millrace.workers.run.Drain;
import dev.millrace.workers.run.Engine;
import dev.millrace.workers.run.EngineFactory;
import dev.millrace.workers.run.Running;
import dev.millrace.workers.run.Slot;
import dev.millrace.workers.run.Tally;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One process's part in serving one model: slots that take jobs from its queue, and what they
 * share.
 */
public final class Worker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

    /** After the grace period: one step, a flush and a release. */
    private static final Duration HAND_OVER = Duration.ofSeconds(10);

    private final WorkerConfig config;
    private final Served.Model model;
    private final Tally tally = new Tally();
    private final Drain drain = new Drain();
    private final Running running = new Running();
    private final Window window = new Window();
    private final Engine engine;
    private final Emitter emitter;
    private final Follower follower;
    private final Cancellations cancellations;
    private final Heartbeat heartbeat;
    private final Management management;
    private final List<Slot> slots;
    private final List<Thread> slotThreads;
    private final List<Thread> readerThreads;
    private final Thread heartbeatThread;

    private Worker(WorkerConfig config, Served.Model model, Engine engine) {
        this.config = config;
        this.model = model;
        this.engine = engine;
        var kafka = config.kafka();
        emitter = new Emitter(kafka, config.id(), tally);
        follower = new Follower(kafka);
        cancellations = new Cancellations(kafka, running::stop);
        heartbeat = new Heartbeat(emitter, model, config.id(), config.slots(), tally);
        var crew =
                new Crew(engine, running, drain, tally, InstantSource.system(), config.firstStep());
        slots = IntStream.range(0, config.slots()).mapToObj(_ -> slot(crew)).toList();
        readerThreads =
                List.of(
                        platform("follower").start(follower),
                        platform("cancellations").start(cancellations));
        slotThreads =
                IntStream.range(0, slots.size())
                        .mapToObj(i -> platform("slot-" + i).start(slots.get(i)))
                        .toList();
        heartbeatThread = Thread.ofVirtual().name("heartbeat").start(heartbeat);
        management =
                Management.start(
                        config.managementPort(),
                        Metrics.of(tally, window, config),
                        this::isAlive,
                        this::isReady);
    }

    /**
     * Makes the topics, loads the model and starts to take jobs.
     *
     * @throws RuntimeException whose message is one line for the operator: a broken model
     *     directory, a cluster that cannot keep the promises, a port that is taken
     */
    public static Worker start(WorkerConfig config, EngineFactory kind) {
        var model = kind.served(config.model());
        try (var provisioner = new Provisioner(config.kafka())) {
            provisioner.shared(config.eventPartitions());
            provisioner.model(model.model(), config.lock());
        }
        var worker = new Worker(config, model, kind.open(config.model(), config.engine()));
        LOG.atInfo()
                .addKeyValue("worker", config.id())
                .addKeyValue("model", model.model())
                .addKeyValue("slots", config.slots())
                .log("worker started");
        return worker;
    }

    private Slot slot(Crew crew) {
        var claims =
                new KafkaClaims(
                        config.kafka(),
                        model.model(),
                        config.lock(),
                        emitter,
                        follower,
                        tally,
                        window);
        return new Slot(claims, crew);
    }

    private static Thread.Builder platform(String name) {
        return Thread.ofPlatform().name(name);
    }

    /** Whether restarting the process would help: a thread has died, or the engine hangs. */
    private boolean isAlive() {
        return readerThreads.stream().allMatch(Thread::isAlive)
                && (drain.hasBegun() || slotThreads.stream().allMatch(Thread::isAlive))
                && tally.stuck.get() == 0;
    }

    /** Whether it takes jobs. */
    private boolean isReady() {
        return isAlive() && !drain.hasBegun();
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
     * over.
     */
    @Override
    public void close() {
        drain.begin();
        heartbeatThread.interrupt();
        heartbeat.withdraw();
        if (!join(config.grace())) {
            drain.handOver();
            slots.forEach(Slot::handOver);
            join(HAND_OVER);
        }
        try (emitter;
                follower;
                cancellations;
                engine;
                management) {
            LOG.atInfo().addKeyValue("worker", config.id()).log("worker stopped");
        }
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
            return false;
        }
    }
}
