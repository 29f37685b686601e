package dev.millrace.app;

import dev.millrace.workers.train.pictures.PictureTraining;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Trains the picture model. */
@Command(
        name = "pictures",
        description = {
            "Trains the picture model, a TarFlow, on pictures of simple shapes that it draws.",
            "Saves a checkpoint every few minutes; --resume goes on from it exactly."
        },
        mixinStandardHelpOptions = true)
final class PicturesCommand implements Runnable {
    @Mixin PictureOptions how = new PictureOptions();

    @Override
    public void run() {
        System.out.println(new PictureTraining(how.options()).run());
    }
}
