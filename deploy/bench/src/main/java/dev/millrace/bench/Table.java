package dev.millrace.bench;

import dev.millrace.bench.Finding.Outcome;
import dev.millrace.bench.arms.Peer;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Findings as a Markdown table, with what must be said beside it, and as {@code RESULT} lines. */
final class Table {
    private static final int MOST_NAMES = 12;
    private static final String OURS = Peer.OURS.word();

    private static final String NOTES =
            """

            Tokens per second of all sequences together: the median of the timed steps, in brackets
            what one step in twenty was slower and faster than. `x` is ours divided by the peer: above
            1 we are faster. `read` is a benchmark that adds up a buffer as large as the weights, on
            one thread, in the same turns; `%` is the share of it at which our batch of one read the
            weights. `*n` marks fewer timed steps than asked for.

            - The binary of llama.cpp in de.kherud:llama has no AVX-512 and no AMX code (see its
              details below); one compiled for this processor would be faster.
            - It is driven by `llama_decode` itself, without the binding's server around it and
              without the binding's warm-up, which slows decoding on two threads three times.
            - This version keeps all sequences in one cache and scores each token against all cells
              of it; where it is faster so, and takes the cache's type, it uses flash attention.
            - Contexts are filled by repeating a few tokens' keys and values; only decoding is timed.
            """;

    private final List<Cell> cells;
    private final Journal journal;

    /** Of these cells, as far as they have been found. */
    Table(List<Cell> cells, Journal journal) {
        this.cells = List.copyOf(cells);
        this.journal = journal;
    }

    /** Head, rows, notes. */
    String markdown(String machine, Plan plan) {
        return machine
                + ".\nTimed steps at each point: "
                + plan.turns() * plan.steps()
                + ", in "
                + plan.turns()
                + " turns.\n\n"
                + head()
                + "\n"
                + rows().map(finding -> row(finding, plan)).collect(Collectors.joining("\n"))
                + "\n"
                + NOTES
                + details();
    }

    static String head() {
        return "| cell | ours | llama.cpp | x | Jlama | x | eager DJL | x | read GB/s | % |\n"
                + "|---|---|---|---|---|---|---|---|---|---|";
    }

    private Stream<Finding> rows() {
        return cells.stream().flatMap(cell -> journal.find(cell).stream());
    }

    static String row(Finding finding, Plan plan) {
        int batch = Cell.batchOf(finding.cell());
        var row = new ArrayList<String>();
        row.add(finding.cell());
        row.add(rate(finding, OURS, batch, plan));
        for (var peer : List.of(Peer.LLAMACPP, Peer.JLAMA, Peer.EAGER)) {
            row.add(rate(finding, peer.word(), batch, plan));
            row.add(
                    finding.ratio(OURS, peer.word())
                            .map(ratio -> String.format(Locale.ROOT, "%.2f", ratio))
                            .orElse(""));
        }
        row.add(String.format(Locale.ROOT, "%.1f", finding.read().gigabytesPerSecond().p50()));
        row.add(
                finding.bandwidthPercent(OURS)
                        .filter(_ -> batch == 1)
                        .map(percent -> String.format(Locale.ROOT, "%.0f", percent))
                        .orElse(""));
        return row.stream().collect(Collectors.joining(" | ", "| ", " |"));
    }

    private static String rate(Finding finding, String peer, int batch, Plan plan) {
        if (!(finding.outcomes().get(peer) instanceof Outcome.Measured(var millis, _))) {
            return "n/a";
        }
        boolean isShort = millis.count() < plan.turns() * plan.steps();
        return String.format(
                Locale.ROOT,
                "%s (%s-%s)%s",
                rate(batch, millis.p50()),
                rate(batch, millis.p95()),
                rate(batch, millis.p05()),
                isShort ? " *" + millis.count() : "");
    }

    private static String rate(int batch, double millis) {
        double rate = 1000 * batch / millis;
        return String.format(Locale.ROOT, rate < 100 ? "%.1f" : "%.0f", rate);
    }

    /** Why something is not there, and how what is there computed; each with its cells. */
    private String details() {
        var cellsOf = new TreeMap<String, List<String>>();
        rows().forEach(finding ->
                finding.sorted()
                        .forEach((peer, outcome) -> {
                            var told =
                                    switch (outcome) {
                                        case Outcome.NotAvailable(var reason) ->
                                                "n/a, " + peer + ": " + reason;
                                        case Outcome.Measured(_, var detail) ->
                                                peer + ": " + detail;
                                    };
                            cellsOf.computeIfAbsent(told, _ -> new ArrayList<>())
                                    .add(finding.cell());
                        }));
        return cellsOf.entrySet().stream()
                .map(told -> "- " + told.getKey() + " (" + cells(told.getValue()) + ")\n")
                .collect(Collectors.joining());
    }

    private static String cells(List<String> names) {
        return names.size() > MOST_NAMES ? names.size() + " cells" : String.join(", ", names);
    }

    /** {@code RESULT name=number}, one a line. */
    List<String> results() {
        var results = new ArrayList<String>();
        for (var shape : List.of("25m", "100m", "350m")) {
            rows().filter(finding -> finding.cell().equals(shape + "_bf16_b1_c256"))
                    .forEach(finding ->
                            finding.bandwidthPercent(OURS)
                                    .ifPresent(percent ->
                                            results.add(
                                                    result(
                                                            "bandwidth_pct_" + shape + "_bf16",
                                                            percent))));
        }
        rows().forEach(finding -> {
            for (var peer : List.of(Peer.LLAMACPP, Peer.JLAMA, Peer.EAGER)) {
                finding.ratio(OURS, peer.word())
                        .ifPresent(ratio ->
                                results.add(
                                        result("vs_" + peer.word() + "_" + finding.cell(), ratio)));
            }
        });
        return results;
    }

    private static String result(String name, double number) {
        return String.format(Locale.ROOT, "RESULT %s=%.3f", name, number);
    }
}
