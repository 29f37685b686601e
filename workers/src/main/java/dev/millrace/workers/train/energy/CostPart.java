package dev.millrace.workers.train.energy;

import dev.millrace.workers.energy.Ledger;
import dev.millrace.workers.energy.Operation;
import dev.millrace.workers.text.kv.Look;
import dev.millrace.workers.text.kv.eco.Tailing;
import dev.millrace.workers.text.model.ModelDirectory;
import dev.millrace.workers.train.bench.Report;
import dev.millrace.workers.train.bench.Table;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Energy and bytes of one token by context: everything seen, and with tails. */
final class CostPart {
    private static final int USUAL = 4096;
    private static final double NANO = 1e-3;

    private final Report report;
    private final List<Integer> contexts;

    CostPart(Report report, List<Integer> contexts) {
        this.report = report;
        this.contexts = contexts;
    }

    void run(ModelDirectory model, MeteredDecoder decoder, Tailing tailing) {
        var settings = tailing.settings();
        report.out()
                .printf(
                        "One token of an answer, counted while it was computed: f32 at 45 nm (3.7"
                                + " pJ a multiplication, 0.9 an addition). Exponentials, roots and"
                                + " divisions are counted apart and have no price, nor has memory."
                                + " Tails: window %d, first tokens %d.%n%n",
                        settings.window(), settings.sinks());
        var table =
                new Table(
                        report.out(),
                        "tokens before it",
                        List.of(
                                "attention, dense, nJ",
                                "attention, eco, nJ",
                                "saved",
                                "whole, dense, nJ",
                                "whole, eco, nJ",
                                "saved",
                                "bytes, dense",
                                "bytes, eco",
                                "counted beside formula"));
        var formula = new DecoderFormula(model.config());
        for (int context : contexts) {
            row(table, context, formula, decoder, tailing);
        }
        report.out().println();
        if (!contexts.isEmpty()) {
            operations(decoder, contexts.getLast(), tailing);
        }
    }

    private void row(
            Table table,
            int context,
            DecoderFormula formula,
            MeteredDecoder decoder,
            Tailing tailing) {
        var dense = decoder.cost(context, new Look.Whole());
        var eco = decoder.cost(context, new Look.Tailed(tailing));
        double attention = saved(dense.attention(), eco.attention());
        var said = formula.attention(context, Optional.of(tailing)).plus(formula.rest());
        var saidDense = formula.attention(context, Optional.empty()).plus(formula.rest());
        double apart = Math.max(apart(dense.whole(), saidDense), apart(eco.whole(), said));
        table.row(
                "%,d".formatted(context),
                List.of(
                        nano(dense.attention()),
                        nano(eco.attention()),
                        "%.1f %%".formatted(attention),
                        nano(dense.whole()),
                        nano(eco.whole()),
                        "%.1f %%".formatted(saved(dense.whole(), eco.whole())),
                        "%,d".formatted(dense.whole().bytes()),
                        "%,d".formatted(eco.whole().bytes()),
                        "%.3f %%".formatted(apart)));
        if (context == USUAL) {
            report.result("decoder_attention_energy_saving_pct", attention);
            report.result("decoder_whole_energy_saving_pct", saved(dense.whole(), eco.whole()));
        }
        report.result("ledger_formula_apart_pct_" + context, apart);
    }

    private static String nano(Ledger ledger) {
        return "%,.1f".formatted(ledger.picojoules() * NANO);
    }

    private static double saved(Ledger dense, Ledger eco) {
        return 100 * (1 - eco.picojoules() / dense.picojoules());
    }

    private static double apart(Ledger counted, Ledger said) {
        return 100 * Math.abs(counted.picojoules() / said.picojoules() - 1);
    }

    private void operations(MeteredDecoder decoder, int context, Tailing tailing) {
        report.out().printf("By operation, attention alone, after %,d tokens:%n%n", context);
        var table = new Table(report.out(), "operation", List.of("dense", "eco"));
        var dense = decoder.cost(context, new Look.Whole()).attention();
        var eco = decoder.cost(context, new Look.Tailed(tailing)).attention();
        Arrays.stream(Operation.values())
                .filter(operation -> dense.of(operation) + eco.of(operation) > 0)
                .forEach(operation ->
                        table.row(
                                operation.name(),
                                List.of(
                                        "%,d".formatted(dense.of(operation)),
                                        "%,d".formatted(eco.of(operation)))));
        report.out().println();
    }
}
