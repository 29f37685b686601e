package dev.millrace.workers.train.sampling;

import dev.millrace.workers.image.flow.Guidance;
import dev.millrace.workers.train.bench.Findings;
import dev.millrace.workers.train.bench.Findings.Finding;
import dev.millrace.workers.train.bench.Report;
import dev.millrace.workers.train.bench.Table;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Milliseconds that pictures take, one at a time and eight, arms by turns; on one thread of a CPU
 * those that it computes.
 */
final class SpeedPart implements Part {
    private final ImageBench.Options options;
    private final Report report;

    SpeedPart(ImageBench.Options options, Report report) {
        this.options = options;
        this.report = report;
    }

    @Override
    public void run(Studio studio, Findings findings) {
        for (int batch : List.of(1, 8)) {
            var arms = studio.arms(batch);
            var found = findings.get("speed", "batch " + batch, () -> measure(studio, arms, batch));
            print(arms, batch, found);
            double exact = ms(found, studio.sequential());
            double library =
                    Math.min(
                            ms(found, studio.librarySequential()),
                            ms(found, studio.roughSequential()));
            double fast = ms(found, studio.fast(batch));
            report.result("speedup_b" + batch, Math.min(exact, library) / fast);
            report.result("speedup_over_library_b" + batch, library / fast);
        }
    }

    private static double ms(Finding found, Arm arm) {
        return found.figure(arm.name() + ".ms");
    }

    private void print(List<Arm> arms, int batch, Finding found) {
        report.out().printf("%nA batch of %d, without guidance, arms by turns%n", batch);
        var table = new Table(report.out(), "arm", List.of("ms", "quartiles", "times as fast"));
        double first = found.figure(arms.getFirst().name() + ".ms");
        for (var arm : arms) {
            double ms = found.figure(arm.name() + ".ms");
            table.row(
                    arm.name(),
                    List.of(
                            "%.1f".formatted(ms),
                            "%.1f to %.1f"
                                    .formatted(
                                            found.figure(arm.name() + ".ms_p25"),
                                            found.figure(arm.name() + ".ms_p75")),
                            "%.2f".formatted(first / ms)));
        }
    }

    /** Of what this thread computes if nothing else does, which other work does not add to. */
    private long nanos() {
        boolean isAlone = options.device().isCpu() && options.threads() == 1;
        return isAlone
                ? ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime()
                : System.nanoTime();
    }

    private Map<String, Double> measure(Studio studio, List<Arm> arms, int batch) {
        int rounds = options.many(batch == 1 ? 24 : 8, 2);
        List<List<Double>> times = new ArrayList<>();
        arms.forEach(_ -> times.add(new ArrayList<>()));
        for (int round = -1; round < rounds; round++) { // the first one warms up
            var request = studio.request(1, Math.max(0, round) * batch, batch, Guidance.NONE, 0);
            for (int i = 0; i < arms.size(); i++) {
                long began = nanos();
                studio.make(arms.get(i), request);
                if (round >= 0) {
                    times.get(i).add((nanos() - began) / 1e6);
                }
            }
        }
        var figures = new LinkedHashMap<String, Double>();
        for (int i = 0; i < arms.size(); i++) {
            double[] all = times.get(i).stream().mapToDouble(Double::doubleValue).toArray();
            figures.put(arms.get(i).name() + ".ms", Studio.quantile(0.5, all));
            figures.put(arms.get(i).name() + ".ms_p25", Studio.quantile(0.25, all));
            figures.put(arms.get(i).name() + ".ms_p75", Studio.quantile(0.75, all));
        }
        return figures;
    }
}
