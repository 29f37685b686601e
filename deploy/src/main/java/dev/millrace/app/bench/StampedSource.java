package dev.millrace.app.bench;

import dev.millrace.protocol.Body;
import dev.millrace.protocol.Job;
import dev.millrace.protocol.ModelId;
import dev.millrace.protocol.Served;
import dev.millrace.workers.run.Engine;
import dev.millrace.workers.run.EngineFactory;
import dev.millrace.workers.run.EngineSettings;
import dev.millrace.workers.run.History;
import dev.millrace.workers.run.Telling;
import dev.millrace.workers.run.Work;
import dev.millrace.workers.synthetic.SyntheticEngine;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A model that costs nothing and says what time it is (monotonic clock, nanoseconds). */
final class StampedSource implements EngineFactory {
    private final Runnable beforeToken;

    /**
     * @param beforeToken is run before each token, and may wait
     */
    StampedSource(Runnable beforeToken) {
        this.beforeToken = beforeToken;
    }

    static final String MODEL = "synthetic";
    private static final int MOST_TOKENS = 10_000_000;

    @Override
    public Served.Model served(Path directory, EngineSettings settings) {
        return new Served.TextModel(
                new ModelId(MODEL),
                List.of(MODEL),
                MOST_TOKENS,
                MOST_TOKENS,
                MOST_TOKENS,
                0,
                Duration.ofHours(1));
    }

    @Override
    public Engine open(Path directory, EngineSettings settings) {
        return new Stamping(new SyntheticEngine(settings.pace()), beforeToken);
    }

    private record Stamping(Engine engine, Runnable beforeToken) implements Engine {
        @Override
        public Work start(Job job, History history, Telling telling) {
            return engine.start(job, history, new StampingTelling(telling, beforeToken));
        }

        @Override
        public void close() {
            engine.close();
        }
    }

    private record StampingTelling(Telling telling, Runnable beforeToken) implements Telling {
        @Override
        public void say(Body.Content content) {
            beforeToken.run();
            telling.say(
                    content instanceof Body.Delta delta
                            ? new Body.Delta(System.nanoTime() + " ", delta.tokens(), List.of())
                            : content);
        }

        @Override
        public boolean isHeard() {
            return telling.isHeard();
        }
    }
}
