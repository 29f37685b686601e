package dev.millrace.workers.train.segmenting;

import dev.millrace.workers.segment.sam.AutomaticSettings;
import dev.millrace.workers.train.scenes.CocoMetrics;
import dev.millrace.workers.train.scenes.Detection;
import dev.millrace.workers.train.scenes.MiniScene;
import dev.millrace.workers.train.scenes.Sizes;

import java.util.ArrayList;
import java.util.List;

/** Chooses the automatic mode's thresholds: those of the best average precision on some scenes. */
final class AutomaticTuning {
    private static final List<Double> QUALITIES = List.of(0.0, 0.6, 0.8, 0.88);
    private static final List<Double> STABILITIES = List.of(0.0, 0.6, 0.8, 0.95);
    private static final List<Double> OVERLAPS = List.of(0.1, 0.2, 0.3, 0.5, 0.7);
    private static final int BATCH = 64;

    private AutomaticTuning() {}

    /** The best way and what it reaches. */
    record Best(AutomaticRanking ranking, double ap) {}

    /**
     * Tries all.
     *
     * @param side points along each side of the grid that the candidates were drawn with
     * @param stabilityPower of the ranking
     */
    static Best best(
            List<Candidates> candidates, List<MiniScene> scenes, int side, double stabilityPower) {
        var truths = scenes.stream().map(MiniScene::truths).toList();
        var best = new Best(AutomaticRanking.PUBLISHED, -1);
        for (var settings : all(side)) {
            var ranking = new AutomaticRanking(settings, stabilityPower);
            var found = candidates.stream().map(each -> detections(each, ranking)).toList();
            double ap = CocoMetrics.agnostic(found, truths, Sizes.ALL).figures().ap();
            if (ap > best.ap()) {
                best = new Best(ranking, ap);
            }
        }
        return best;
    }

    private static List<AutomaticSettings> all(int side) {
        var all = new ArrayList<AutomaticSettings>();
        for (double quality : QUALITIES) {
            for (double stability : STABILITIES) {
                for (double overlap : OVERLAPS) {
                    all.add(new AutomaticSettings(side, BATCH, quality, stability, 1, overlap));
                }
            }
        }
        return all;
    }

    static List<Detection> detections(Candidates candidates, AutomaticRanking ranking) {
        return candidates.shown(ranking).stream()
                .map(each -> new Detection(each.mask().mask(), 0, ranking.score(each)))
                .toList();
    }
}
