package dev.millrace.workers.train.pyramid;

import dev.millrace.workers.energy.Ledger;
import dev.millrace.workers.train.bench.Report;
import dev.millrace.workers.train.bench.Table;

import java.util.List;

/**
 * Energy of one picture: how much of it is attention, which bounds what can be saved, and what is.
 */
final class PyramidCost {
    private static final double MICRO = 1e-6;

    private final Report report;
    private final PyramidShape shape;
    private final int bits;
    private final int anchors;
    private final int pooled;

    PyramidCost(Report report, PyramidShape shape, int bits, int anchors, int pooled) {
        this.report = report;
        this.shape = shape;
        this.bits = bits;
        this.anchors = anchors;
        this.pooled = pooled;
    }

    void run() {
        var published = new PublishedEnergy(shape);
        double share = 100 * share(published.softmax(), published.rest(false));
        report.out()
                .printf(
                        "Of a picture of %d pixels with softmax everywhere, %.1f %% of the energy"
                                + " is attention: no more can be saved.%n%n",
                        shape.side(), share);
        var table =
                new Table(
                        report.out(),
                        "one picture, µJ at 45 nm in f32",
                        List.of("softmax", "pooled", "EcoFormer", "saved"));
        var softmax = published.softmax().plus(published.rest(false));
        var eco = published.eco(bits, anchors).plus(published.rest(true));
        var cheap = published.pooled(pooled).plus(published.rest(false));
        row(table, "by the published account", softmax, cheap, eco);
        var strict = new StrictEnergy(shape);
        row(
                table,
                "with squares, softmax, norms and activations",
                strict.softmax().plus(strict.rest(false)),
                strict.pooled(pooled).plus(strict.rest(false)),
                strict.eco(bits, anchors).plus(strict.rest(true)));
        report.out().println();
        report.result("vit_attention_share_pct", share);
        report.result("vit_energy_saving_pct", saved(softmax, eco));
        report.result("vit_energy_saving_beside_pooled_pct", saved(cheap, eco));
    }

    private static double share(Ledger part, Ledger rest) {
        return part.picojoules() / (part.picojoules() + rest.picojoules());
    }

    private static double saved(Ledger whole, Ledger less) {
        return 100 * (1 - less.picojoules() / whole.picojoules());
    }

    private static void row(Table table, String name, Ledger softmax, Ledger pooled, Ledger eco) {
        table.row(
                name,
                List.of(
                        "%,.1f".formatted(softmax.picojoules() * MICRO),
                        "%,.1f".formatted(pooled.picojoules() * MICRO),
                        "%,.1f".formatted(eco.picojoules() * MICRO),
                        "%.1f %%".formatted(saved(softmax, eco))));
    }
}
