package dev.millrace.app;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Trains the networks of the model that finds things in scenes. */
@Command(
        name = "scenes",
        description = {
            "Trains a network of the model that finds things in scenes, on scenes that it makes"
                    + " up.",
            "Saves a checkpoint every few minutes; --resume goes on from it exactly."
        },
        mixinStandardHelpOptions = true)
final class SceneTraining implements Runnable {
    @Mixin SceneOptions how = new SceneOptions();

    @Override
    public void run() {
        how.train().forEach(Results::say);
    }
}
