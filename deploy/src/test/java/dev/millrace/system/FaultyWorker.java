package dev.millrace.system;

import dev.millrace.protocol.Body;
import dev.millrace.protocol.Job;
import dev.millrace.protocol.Served;
import dev.millrace.workers.Kinds;
import dev.millrace.workers.Worker;
import dev.millrace.workers.WorkerConfig;
import dev.millrace.workers.run.Engine;
import dev.millrace.workers.run.EngineFactory;
import dev.millrace.workers.run.EngineSettings;
import dev.millrace.workers.run.History;
import dev.millrace.workers.run.Telling;
import dev.millrace.workers.run.Work;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A worker whose engine has a fault: {@code hang} stops in the middle of the first job it says
 * anything about, while the rest of the process lives on; {@code poison} fails every job.
 */
public final class FaultyWorker {
    private static final int BEFORE_HANGING = 20;

    private FaultyWorker() {}

    public static void main(String[] arguments) throws InterruptedException {
        var config = WorkerConfig.from(System.getenv());
        try (var _ =
                Worker.start(
                        config,
                        new Faulty(Kinds.of(config.model()), arguments[0].equals("hang")))) {
            System.out.println("ready " + config.id());
            new CountDownLatch(1).await();
        }
    }

    private record Faulty(EngineFactory kind, boolean hangs) implements EngineFactory {
        @Override
        public Served.Model served(Path directory, EngineSettings settings) {
            return kind.served(directory, settings);
        }

        @Override
        public Engine open(Path directory, EngineSettings settings) {
            return new FaultyEngine(kind.open(directory, settings), hangs);
        }
    }

    private record FaultyEngine(Engine engine, boolean hangs) implements Engine {
        @Override
        public Work start(Job job, History history, Telling telling) {
            if (!hangs) {
                throw new IllegalStateException("this engine fails every job");
            }
            return engine.start(job, history, new Hanging(telling, new AtomicInteger()));
        }

        @Override
        public void close() {
            engine.close();
        }
    }

    private record Hanging(Telling telling, AtomicInteger said) implements Telling {
        @Override
        public void say(Body.Content content) {
            telling.say(content);
            if (said.incrementAndGet() == BEFORE_HANGING) {
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                }
            }
        }

        @Override
        public boolean isHeard() {
            return telling.isHeard();
        }
    }
}
