package dev.millrace.workers.train.longtext;

import dev.millrace.workers.train.chronicle.corpus.Chronicle;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Milliseconds of a decode step after so many tokens, arms by turns. Everything counts: boundaries,
 * scores, votes, the selection itself.
 */
final class DecodeMeasure {
    private static final int WARM = 32;

    private final Bench bench;
    private final Chronicle chronicle = new Chronicle();

    DecodeMeasure(Bench bench) {
        this.bench = bench;
    }

    /**
     * For each arm {@code NAME.ms}, the median, and {@code NAME.ms_p25}, {@code NAME.ms_p75}.
     *
     * @param length tokens before the first step
     * @param repeats turns of each arm
     * @param steps of one turn
     */
    Map<String, Double> measure(int length, List<Arm> arms, int repeats, int steps) {
        var document = chronicle.longDocument(1, length + steps + WARM + 64, 1);
        int[] ids = document.ids();
        try (var text = new ReadText(bench, Arrays.copyOf(ids, length), steps + WARM + 1)) {
            var readings = arms.stream().map(arm -> new ArmReading(bench, arm, text)).toList();
            List<List<Double>> times = new ArrayList<>();
            arms.forEach(_ -> times.add(new ArrayList<>()));
            var after = text.trace().mark();
            for (int repeat = 0; repeat < repeats; repeat++) {
                for (int i = 0; i < arms.size(); i++) {
                    var mark = readings.get(i).mark();
                    times.get(i).addAll(times(readings.get(i), ids, length, steps));
                    text.backTo(after);
                    readings.get(i).backTo(mark);
                }
            }
            return figures(arms, times);
        }
    }

    private static List<Double> times(ArmReading reading, int[] ids, int from, int steps) {
        var times = new ArrayList<Double>();
        for (int i = 0; i < WARM + steps; i++) {
            long began = System.nanoTime();
            reading.step(ids[from + i]);
            if (i >= WARM) {
                times.add((System.nanoTime() - began) / 1e6);
            }
        }
        return times;
    }

    private static Map<String, Double> figures(List<Arm> arms, List<List<Double>> times) {
        var figures = new LinkedHashMap<String, Double>();
        for (int i = 0; i < arms.size(); i++) {
            var sorted = times.get(i).stream().sorted().toList();
            var name = arms.get(i).name();
            figures.put(name + ".ms", sorted.get(sorted.size() / 2));
            figures.put(name + ".ms_p25", sorted.get(sorted.size() / 4));
            figures.put(name + ".ms_p75", sorted.get(sorted.size() * 3 / 4));
        }
        return figures;
    }
}
