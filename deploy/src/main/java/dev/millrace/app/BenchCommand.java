package dev.millrace.app;

import dev.millrace.app.bench.StreamBench;
import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.train.energy.EnergyBench;
import dev.millrace.workers.train.longtext.LongTextBench;
import dev.millrace.workers.train.pyramid.PyramidExperiment;
import dev.millrace.workers.train.sampling.ImageBench;
import dev.millrace.workers.train.segmenting.SegmentBench;
import dev.millrace.workers.train.stories.StoryTails;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Measures. */
@Command(
        name = "bench",
        description =
                "Measures on this machine; every figure in the documentation comes from here.",
        mixinStandardHelpOptions = true)
final class BenchCommand {
    @Command(
            description = {
                "From a worker's emit to a client: start, memory, latency, cost of a token, many"
                        + " connections.",
                "Ends in lines RESULT name=number."
            },
            mixinStandardHelpOptions = true)
    void stream(
            @Option(
                            names = "--quick",
                            description =
                                    "Seconds instead of minutes per figure: a look, not a table.")
                    boolean quick)
            throws IOException, InterruptedException {
        new StreamBench(System.out, quick).run();
    }

    @Command(
            description = {
                "Chunk selection on long texts: decode and prefill speed, answers, perplexity,"
                        + " memory; beside attention to everything and other ways to select.",
                "Goes on where it was stopped; ends in lines RESULT name=number."
            },
            mixinStandardHelpOptions = true)
    void text(
            @Option(
                            names = "--model",
                            description = "A chronicle model (default: the one that ships).")
                    @Nullable Path model,
            @Option(
                            names = "--findings",
                            defaultValue = "long-text.jsonl",
                            description =
                                    "What has been measured; more is added (default:"
                                            + " ${DEFAULT-VALUE}).")
                    Path findings,
            @Option(
                            names = "--lengths",
                            split = ",",
                            defaultValue = "4096,8192,16384,32768,65536,122880",
                            description = "Of texts, in tokens (default: ${DEFAULT-VALUE}).")
                    List<Integer> lengths,
            @Option(
                            names = "--questions",
                            defaultValue = "600",
                            description = "For each length, at least (default: ${DEFAULT-VALUE}).")
                    int questions,
            @Option(
                            names = "--parts",
                            split = ",",
                            defaultValue = "decode,needles,perplexity,short,prefill,memory",
                            description = "What to measure (default: ${DEFAULT-VALUE}).")
                    List<String> parts,
            @Option(
                            names = "--quick",
                            description = "Few steps and short texts: a look, not a table.")
                    boolean quick) {
        var directory = model == null ? ModelFolders.shipped().resolve("chronicle") : model;
        var options =
                new LongTextBench.Options(
                        directory,
                        findings,
                        quick ? List.of(4096, 16_384) : lengths,
                        quick ? 50 : questions,
                        parts,
                        quick);
        new LongTextBench(options, System.out, Results::say).run();
    }

    @Command(
            description = {
                "What a token costs with attention to everything and with tails: energy as it is"
                        + " counted in the kernels, bytes; time and memory, beside chunk"
                        + " selection that sees as many tokens.",
                "The parts tails (the story model, trained and judged anew for each seed) and"
                        + " pictures (the published experiment in miniature) tell what stands in"
                        + " the shipped findings; without those they take hours.",
                "Ends in lines RESULT name=number."
            },
            mixinStandardHelpOptions = true)
    void energy(
            @Option(
                            names = "--model",
                            description = "A decoder (default: the chronicle model that ships).")
                    @Nullable Path model,
            @Option(
                            names = "--contexts",
                            split = ",",
                            defaultValue = "512,2048,4096,32768,122880",
                            description = "In tokens (default: ${DEFAULT-VALUE}).")
                    List<Integer> contexts,
            @Option(
                            names = "--window",
                            defaultValue = "256",
                            description =
                                    "Newest tokens seen exactly, where the model's folder has no"
                                            + " hashes (default: ${DEFAULT-VALUE}).")
                    int window,
            @Option(
                            names = "--parts",
                            split = ",",
                            defaultValue = "token,tails,pictures",
                            description = "What to measure (default: ${DEFAULT-VALUE}).")
                    List<String> parts,
            @Option(names = "--quick", description = "Few steps: a look, not a table.")
                    boolean quick) {
        var directory = model == null ? ModelFolders.shipped().resolve("chronicle") : model;
        var options = new EnergyBench.Options(directory, contexts, window, quick);
        parts.forEach(part -> energy(part, options));
    }

    private static void energy(String part, EnergyBench.Options options) {
        var stories = ModelFolders.shipped().resolve("stories");
        switch (part) {
            case "token" -> new EnergyBench(options, System.out, Results::say).run();
            case "tails" -> {
                var usual = StoryTails.Options.usual(stories, stories.resolve("eco.jsonl"));
                new StoryTails(usual, System.out, Results::say).run();
            }
            case "pictures" -> {
                var findings = stories.resolve("eco-pictures.jsonl");
                var usual = PyramidExperiment.Options.usual(findings);
                new PyramidExperiment(usual, System.out, Results::say).run();
            }
            default ->
                    throw new IllegalArgumentException(
                            "parts are token, tails and pictures, not " + part);
        }
    }

    @Command(
            description = {
                "Making pictures: speed and fidelity of every way to invert a flow beside the"
                        + " fastest sequential one, quality, previews, memory.",
                "Goes on where it was stopped; ends in lines RESULT name=number."
            },
            mixinStandardHelpOptions = true)
    void image(
            @Option(
                            names = "--model",
                            description = "A TarFlow of shapes (default: the one that ships).")
                    @Nullable Path model,
            @Option(
                            names = "--findings",
                            defaultValue = "image.jsonl",
                            description =
                                    "What has been measured; more is added (default:"
                                            + " ${DEFAULT-VALUE}).")
                    Path findings,
            @Option(
                            names = "--device",
                            defaultValue = "cpu",
                            description = "auto, cpu, gpu or gpuN (default: ${DEFAULT-VALUE}).")
                    String device,
            @Option(
                            names = "--threads",
                            defaultValue = "1",
                            description =
                                    "Of the tensor library on the CPU (default: ${DEFAULT-VALUE}).")
                    int threads,
            @Option(
                            names = "--parts",
                            split = ",",
                            defaultValue =
                                    "published,speed,fidelity,preview,memory,classes,distance",
                            description = "What to measure (default: ${DEFAULT-VALUE}).")
                    List<String> parts,
            @Option(
                            names = "--strip",
                            description =
                                    "Measures nothing, and draws previews of some pictures into"
                                            + " this PNG.")
                    @Nullable Path strip,
            @Option(names = "--quick", description = "Few pictures: a look, not a table.")
                    boolean quick) {
        var directory = model == null ? ModelFolders.shipped().resolve("shapes") : model;
        var options =
                new ImageBench.Options(
                        directory, findings, parts, Devices.named(device), threads, quick);
        var bench = new ImageBench(options, System.out, Results::say);
        if (strip == null) {
            bench.run();
        } else {
            bench.strip(strip);
        }
    }

    @Command(
            description = {
                "Finding things in pictures: average precision of Zip, of its parts, and of SAM's"
                        + " automatic mode with the same weights; how soon masks come.",
                "The part shapes measures seconds and memory at the published networks' shapes,"
                        + " with random weights; it takes 7 GiB of memory, 1 GiB of the temporary"
                        + " folder and a quarter of an hour; with --quick 4 GiB and minutes.",
                "Goes on where it was stopped; ends in lines RESULT name=number."
            },
            mixinStandardHelpOptions = true)
    void segment(
            @Option(
                            names = "--model",
                            description = "CLIP, trunk and SAM (default: those that ship).")
                    @Nullable Path model,
            @Option(
                            names = "--findings",
                            defaultValue = "segment.jsonl",
                            description =
                                    "What has been measured; more is added (default:"
                                            + " ${DEFAULT-VALUE}).")
                    Path findings,
            @Option(
                            names = "--device",
                            defaultValue = "cpu",
                            description = "auto, cpu, gpu or gpuN (default: ${DEFAULT-VALUE}).")
                    String device,
            @Option(
                            names = "--threads",
                            defaultValue = "1",
                            description =
                                    "Of the tensor library on the CPU (default: ${DEFAULT-VALUE}).")
                    int threads,
            @Option(
                            names = "--parts",
                            split = ",",
                            defaultValue = "quality,speed",
                            description =
                                    "What to measure: quality, speed, shapes (default:"
                                            + " ${DEFAULT-VALUE}).")
                    List<String> parts,
            @Option(names = "--quick", description = "Few scenes: a look, not a table.")
                    boolean quick) {
        var directory = model == null ? ModelFolders.shipped().resolve("scenes") : model;
        var options =
                new SegmentBench.Options(
                        directory, findings, parts, Devices.named(device), threads, quick);
        new SegmentBench(options, System.out, Results::say).run();
    }
}
