package dev.millrace.workers.train.sampling;

import dev.millrace.workers.image.flow.FlowModel;
import dev.millrace.workers.image.flow.Guidance;
import dev.millrace.workers.image.flow.Inversion.Run;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.train.bench.Findings;
import dev.millrace.workers.train.bench.Report;
import dev.millrace.workers.train.bench.Table;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * When a picture can first be recognised while it is made, and what showing it costs: at the end of
 * each block what there is, and what one sweep over each block that is to come makes of it.
 */
final class PreviewPart implements Part {
    private static final double ALIKE = 0.5;
    private static final double LIMIT = 3;

    private final ImageBench.Options options;
    private final Report report;

    PreviewPart(ImageBench.Options options, Report report) {
        this.options = options;
        this.report = report;
    }

    /** A moment of a picture's making. */
    @SuppressWarnings("ArrayRecordComponent") // compared with the finished picture, dropped
    private record Moment(int block, double ms, float[] plain, float[] ahead, double costMs) {}

    @Override
    public void run(Studio studio, Findings findings) {
        int draws = options.many(64, 5);
        var found = findings.get("preview", draws + " draws", () -> measure(studio, draws));
        report.out().printf("%nPreviews at the end of each block, median of %d draws%n", draws);
        var columns = List.of("time", "alike", "PSNR", "alike, ahead", "PSNR, ahead", "cost of it");
        var table = new Table(report.out(), "blocks to come", columns);
        for (int block = studio.exact().blocks() - 1; block >= 0; block--) {
            var key = "block " + block;
            table.row(
                    Integer.toString(block),
                    List.of(
                            "%.1f %%".formatted(found.figure(key + ".time")),
                            "%.2f".formatted(found.figure(key + ".alike")),
                            "%.1f".formatted(found.figure(key + ".db")),
                            "%.2f".formatted(found.figure(key + ".ahead")),
                            "%.1f".formatted(found.figure(key + ".ahead_db")),
                            "%.1f %%".formatted(found.figure(key + ".cost"))));
        }
        report.result("first_preview_pct", found.figure("first_pct"));
        report.result("preview_cost_pct", found.figure("cost_pct"));
    }

    private static Map<String, Double> measure(Studio studio, int draws) {
        var columns = new LinkedHashMap<String, List<Double>>();
        for (int draw = -1; draw < draws; draw++) {
            var moments = new ArrayList<Moment>();
            double[] spent = new double[1];
            long began = System.nanoTime();
            var request = studio.request(5, Math.max(0, draw), 1, Guidance.NONE, 0);
            float[] made =
                    studio.make(
                                    studio.fast(),
                                    request,
                                    (sweep, pictures) -> {
                                        if (sweep.frontier() == studio.exact().patches().tokens()) {
                                            double now = (System.nanoTime() - began) / 1e6;
                                            var moment =
                                                    moment(
                                                            studio,
                                                            sweep.block(),
                                                            now - spent[0],
                                                            pictures.apply(0),
                                                            request.labels()[0]);
                                            moments.add(moment);
                                            spent[0] += (System.nanoTime() - began) / 1e6 - now;
                                        }
                                        return true;
                                    })
                            .getFirst();
            double total = (System.nanoTime() - began) / 1e6 - spent[0];
            if (draw >= 0) {
                note(columns, moments, made, total);
            }
        }
        var figures = new LinkedHashMap<String, Double>();
        columns.forEach((name, values) ->
                figures.put(
                        name,
                        Studio.quantile(
                                0.5, values.stream().mapToDouble(Double::doubleValue).toArray())));
        return figures;
    }

    private static Moment moment(Studio studio, int blocks, double ms, float[] picture, int label) {
        long began = System.nanoTime();
        float[] ahead = ahead(studio, picture, label, blocks);
        return new Moment(blocks, ms, picture, ahead, (System.nanoTime() - began) / 1e6);
    }

    private static void note(
            Map<String, List<Double>> columns, List<Moment> moments, float[] made, double total) {
        double first = 100;
        double cost = 0;
        for (var moment : moments) {
            var key = "block " + moment.block();
            double ahead = alike(moment.ahead(), made);
            add(columns, key + ".time", 100 * moment.ms() / total);
            add(columns, key + ".alike", alike(moment.plain(), made));
            add(columns, key + ".db", Studio.psnr(moment.plain(), made));
            add(columns, key + ".ahead", ahead);
            add(columns, key + ".ahead_db", Studio.psnr(moment.ahead(), made));
            add(columns, key + ".cost", 100 * moment.costMs() / total);
            if (first == 100) {
                cost += moment.costMs();
                first = ahead >= ALIKE ? 100 * moment.ms() / total : first;
            }
        }
        add(columns, "first_pct", first);
        add(columns, "cost_pct", 100 * cost / total);
    }

    private static void add(Map<String, List<Double>> columns, String name, double value) {
        columns.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
    }

    private static float[] ahead(Studio studio, float[] picture, int label, int blocks) {
        FlowModel model = studio.model(ElementType.BF16);
        int[] labels = {label};
        float[] noise = studio.tokens(picture);
        try (var inversion = model.invert(noise, labels, Guidance.NONE)) {
            var all = new Run(0, 1, 0, model.patches().tokens() - 1);
            for (int block = blocks - 1; block >= 0; block--) {
                inversion.enter(block);
                inversion.sweep(all, LIMIT);
            }
            return inversion.picture(0);
        }
    }

    /** Pearson's correlation of all values. */
    private static double alike(float[] picture, float[] other) {
        double a = 0;
        double b = 0;
        for (int i = 0; i < picture.length; i++) {
            a += picture[i] / (double) picture.length;
            b += other[i] / (double) picture.length;
        }
        double ab = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < picture.length; i++) {
            ab += (picture[i] - a) * (other[i] - b);
            aa += (picture[i] - a) * (picture[i] - a);
            bb += (other[i] - b) * (other[i] - b);
        }
        return ab / Math.sqrt(Math.max(1e-12, aa * bb));
    }
}
