package dev.millrace.bench;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;

/** Measures the cells of a plan that its journal lacks, and prints the table. */
@Command(
        name = "deploy/bench/run",
        description = "Decodes beside llama.cpp, Jlama and plain eager DJL; prints who is faster.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
final class PeerBench implements Callable<Integer> {
    @Option(names = "--quick", description = "A few cells and steps, in a few minutes.")
    private boolean quick;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description =
                    "Where findings are kept; what is there already is not measured again. Without"
                            + " it: peers.jsonl (or peers-quick.jsonl) beside the models.")
    private @Nullable Path out;

    @Option(
            names = "--markdown",
            paramLabel = "FILE",
            description = "Where the table is written to, besides being printed.")
    private @Nullable Path markdown;

    @Option(
            names = "--models",
            paramLabel = "FOLDER",
            defaultValue = "deploy/bench/target/peers",
            description = "Where the random weights are kept, 6 GB for all.")
    private Path models = Path.of("deploy/bench/target/peers");

    @Option(
            names = "--only",
            paramLabel = "REGEX",
            defaultValue = ".*",
            description = "Only the cells whose names match, for instance 25m_bf16_b1_c256.")
    private Pattern only = Pattern.compile(".*");

    /** Ends the JVM with 0, or with 1 where a decoder disagrees with ours. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new PeerBench()).execute(args));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        var plan = quick ? Plan.quick() : Plan.full();
        var machine = Machine.described();
        Files.createDirectories(models);
        var file = out == null ? models.resolve(quick ? "peers-quick.jsonl" : "peers.jsonl") : out;
        var journal = new Journal(file);
        var cells =
                plan.cells().stream().filter(cell -> only.matcher(cell.id()).matches()).toList();
        System.out.println(machine + "\n" + Table.head());
        try {
            measure(cells, plan, journal);
        } catch (Disagreement e) {
            System.err.println(e.getMessage());
            return 1;
        }
        tell(new Table(cells, journal), machine, plan);
        return 0;
    }

    private void measure(List<Cell> cells, Plan plan, Journal journal)
            throws IOException, InterruptedException {
        for (var cell : cells) {
            if (journal.find(cell).isEmpty()) {
                journal.add(CellRun.of(cell, plan, models.toAbsolutePath()));
            }
            System.out.println(Table.row(journal.find(cell).orElseThrow(), plan));
        }
    }

    private void tell(Table table, String machine, Plan plan) throws IOException {
        var text = table.markdown(machine, plan);
        if (markdown != null) {
            Files.writeString(markdown, text);
        }
        System.out.println("\n" + text);
        table.results().forEach(System.out::println);
    }
}
