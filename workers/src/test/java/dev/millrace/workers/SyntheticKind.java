package dev.millrace.workers;

import dev.millrace.protocol.Served;
import dev.millrace.workers.run.Engine;
import dev.millrace.workers.run.EngineFactory;
import dev.millrace.workers.run.EngineSettings;
import dev.millrace.workers.synthetic.SyntheticEngine;

import java.nio.file.Path;

/** Engines without a model. */
record SyntheticKind(Served.Model model) implements EngineFactory {
    @Override
    public Served.Model served(Path directory, EngineSettings settings) {
        return model;
    }

    @Override
    public Engine open(Path directory, EngineSettings settings) {
        return new SyntheticEngine(settings.pace());
    }
}
