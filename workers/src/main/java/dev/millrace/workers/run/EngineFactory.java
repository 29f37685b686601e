package dev.millrace.workers.run;

import dev.millrace.protocol.Served;

import java.nio.file.Path;

/** One kind of worker: makes engines out of model directories. */
public interface EngineFactory {
    /**
     * What the directory's model is and how it is served.
     *
     * @throws RuntimeException whose message is one line that names the file and what is wrong
     */
    Served.Model served(Path directory, EngineSettings settings);

    /**
     * Loads the model and warms it; takes as long as that takes.
     *
     * @throws RuntimeException as {@link #served}
     */
    Engine open(Path directory, EngineSettings settings);
}
