package dev.millrace.app;

import dev.millrace.workers.train.adapters.AdapterTraining;
import dev.millrace.workers.train.chronicle.ChronicleLessons;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Trains adapters for the chronicle model. */
@Command(
        name = "chronicle-adapters",
        description = "The same for the chronicle model, with texts made like those it knows.",
        mixinStandardHelpOptions = true)
final class ChronicleAdaptersCommand implements Runnable {
    private static final int CHRONICLES = 1000;

    @Mixin AdapterOptions how = new AdapterOptions();

    @Override
    public void run() {
        var texts = ChronicleLessons.texts(CHRONICLES, how.tokens);
        ChunkAdaptersCommand.say(AdapterTraining.run(how.model, texts, how.options()));
    }
}
