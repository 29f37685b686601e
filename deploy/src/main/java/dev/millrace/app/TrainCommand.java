package dev.millrace.app;

import picocli.CommandLine.Command;

/** Reproduces the models that ship. */
@Command(
        name = "train",
        description = "Reproduces the models that ship, and measures them.",
        subcommands = {
            EcoCommand.class,
            StoriesEcoCommand.class,
            EcoPicturesCommand.class,
            StoriesCommand.class,
            StoriesTextCommand.class,
            StoryChecksCommand.class,
            ChunkAdaptersCommand.class,
            ChronicleAdaptersCommand.class,
            ChronicleTextCommand.class,
            ChronicleCommand.class,
            ChronicleChecksCommand.class,
            PicturesCommand.class,
            PictureChecksCommand.class,
            SceneTraining.class,
            SceneClipCommand.class,
            SceneClipChecksCommand.class
        },
        mixinStandardHelpOptions = true)
final class TrainCommand {}
