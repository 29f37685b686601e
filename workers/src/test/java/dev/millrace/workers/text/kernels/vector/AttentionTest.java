package dev.millrace.workers.text.kernels.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.workers.energy.Meter;
import dev.millrace.workers.simd.Lanes;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.text.kv.Spans;

import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;

/** Attention over runs of positions beside plain loops. */
class AttentionTest {
    /** Where the runs lie, and in which order they are read, makes no difference. */
    @Test
    void attention_is_the_same_whatever_the_order_of_the_runs() {
        var random = new SplittableRandom(4);
        int width = 8;
        int positions = 200;
        var attention = new Attention(width, 2, KvRows.of(ElementType.F32, width), Meter.NONE);
        var keys = MemorySegment.ofArray(normals(random, positions * width));
        var values = MemorySegment.ofArray(normals(random, positions * width));
        float[] query = normals(random, 2 * width);
        float[] forward = new float[2 * width];
        float[] backward = new float[2 * width];

        attention.mix(query, 0, keys, values, 0, spans(0, 3, 10, 90, 120, 200), forward);
        attention.mix(query, 0, keys, values, 0, spans(120, 200, 10, 90, 0, 3), backward);

        assertThat(backward).containsExactly(forward, within(1e-6f));
        assertThat(forward)
                .containsExactly(
                        plain(query, keys, values, width, 0, 3, 10, 90, 120, 200), within(1e-5f));
    }

    private static float[] plain(
            float[] query, MemorySegment keys, MemorySegment values, int width, int... bounds) {
        float[] mixed = new float[query.length];
        for (int head = 0; head < query.length / width; head++) {
            double sum = 0;
            double[] mix = new double[width];
            for (int span = 0; span < bounds.length; span += 2) {
                for (int p = bounds[span]; p < bounds[span + 1]; p++) {
                    double dot = 0;
                    for (int i = 0; i < width; i++) {
                        dot += query[head * width + i] * at(keys, p * width + i);
                    }
                    double weight = Math.exp(dot / Math.sqrt(width));
                    sum += weight;
                    for (int i = 0; i < width; i++) {
                        mix[i] += weight * at(values, p * width + i);
                    }
                }
            }
            for (int i = 0; i < width; i++) {
                mixed[head * width + i] = (float) (mix[i] / sum);
            }
        }
        return mixed;
    }

    private static float at(MemorySegment values, int index) {
        return values.get(Lanes.FLOAT, (long) index * Float.BYTES);
    }

    private static Spans spans(int... bounds) {
        var spans = new Spans();
        for (int i = 0; i < bounds.length; i += 2) {
            spans.add(bounds[i], bounds[i + 1]);
        }
        return spans;
    }

    private static float[] normals(SplittableRandom random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
