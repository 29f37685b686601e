package dev.millrace.workers.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

import dev.millrace.workers.tensor.Script;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The exponential moving average of weights, which makes better samples than the last weights do:
 * {@code average += (1 - d) (weight - average)}. It forgets faster at first, with {@code d = min(
 * most, (1 + step) / (10 + step))}, so that the random start is not in it.
 */
public final class WeightAverage {
    private static final String METHODS =
            """
            def follow(self: __torch__.M, averages: List[Tensor], w: List[Tensor], share: float) -> Tensor:
              torch._foreach_lerp_(averages, w, share)
              return averages[0]
            """;

    private final double most;
    private final NDList weights;
    private final Map<String, NDArray> averages = new LinkedHashMap<>();
    private final NDManager manager;
    private final Script script;

    /** Begins as a copy of the weights; it lives in {@code manager}. */
    public WeightAverage(Map<String, NDArray> weights, NDManager manager, double most) {
        if (!(most >= 0 && most < 1)) {
            throw new IllegalArgumentException("most must be 0..1 and less than 1, was " + most);
        }
        this.most = most;
        this.manager = manager;
        this.weights = new NDList(List.copyOf(weights.values()));
        this.script = Script.compile(manager, METHODS);
        weights.forEach((name, weight) -> {
            var average = weight.duplicate();
            average.attach(manager);
            averages.put(name, average);
        });
    }

    /** Takes in the weights after a step, counted from 0; does not wait for the device. */
    public void follow(long step) {
        double kept = Math.min(most, (1.0 + step) / (10.0 + step));
        script.call(
                        manager,
                        "follow",
                        new NDList(List.copyOf(averages.values())),
                        weights,
                        1 - kept)
                .close();
    }

    /** By the names of the weights: the live arrays. */
    public Map<String, NDArray> weights() {
        return averages;
    }

    /** All averages by name, to be saved and restored: the live arrays. */
    public Map<String, NDArray> state() {
        Map<String, NDArray> state = new LinkedHashMap<>();
        averages.forEach((name, average) -> state.put("average." + name, average));
        return state;
    }
}
