package dev.millrace.workers.text.kv.chunk;

import dev.millrace.workers.text.simd.Lanes;

import jdk.incubator.vector.VectorOperators;

import java.util.Arrays;

/**
 * Chooses the chunks that a query attends to.
 *
 * <p>Each scoring layer gives the chunks that may be chosen (all but the first and the local ones,
 * which are seen anyway) a share of one: softmax(q k / sqrt(width)); the layers then agree on one
 * list (ChunkLLM, section 3.3).
 */
final class Selector implements ChunkSelector {
    private final ChunkSettings settings;
    private final float[] layerWeights;
    private float[][] shares = new float[0][0];
    private float[] sums = new float[0];
    private long[] ranked = new long[0];

    /**
     * @param layerWeights how much each scoring layer counts; not looked at by {@link
     *     ChunkSettings.Vote#COUNT}
     */
    Selector(ChunkSettings settings, float... layerWeights) {
        this.settings = settings;
        this.layerWeights = layerWeights.clone();
    }

    @Override
    public int[] select(ChunkIndex index, int from, int to, float... query) {
        if (to - from <= settings.most() && settings.mass() == 1) {
            return all(from, to);
        }
        makeRoom(index, to);
        for (int layer = 0; layer < index.layers(); layer++) {
            index.score(layer, query, layer * index.width(), from, to, shares[layer]);
            softmax(shares[layer], from, to, (float) (1 / Math.sqrt(index.width())));
        }
        int[] chosen =
                switch (settings.vote()) {
                    case COUNT -> mostVotes(index.layers(), from, to);
                    case WEIGHTED -> largestSums(index.layers(), from, to);
                };
        Arrays.sort(chosen);
        return chosen;
    }

    private static int[] all(int from, int to) {
        var chosen = new int[to - from];
        Arrays.setAll(chosen, i -> from + i);
        return chosen;
    }

    private void makeRoom(ChunkIndex index, int chunks) {
        if (sums.length < chunks) {
            int room = 2 * chunks;
            shares = new float[index.layers()][room];
            sums = new float[room];
            ranked = new long[room];
        }
    }

    private static void softmax(float[] scores, int from, int to, float scale) {
        float largest = largest(scores, from, to);
        var total = Lanes.zero();
        int chunk = from;
        for (; chunk + Lanes.COUNT <= to; chunk += Lanes.COUNT) {
            var power = Lanes.exp(Lanes.load(scores, chunk).sub(largest).mul(scale));
            power.intoArray(scores, chunk);
            total = total.add(power);
        }
        float sum = Lanes.sum(total);
        for (; chunk < to; chunk++) {
            scores[chunk] = (float) Math.exp((scores[chunk] - largest) * scale);
            sum += scores[chunk];
        }
        float share = 1 / sum;
        for (chunk = from; chunk < to; chunk++) {
            scores[chunk] *= share;
        }
    }

    private static float largest(float[] scores, int from, int to) {
        var greatest = Lanes.broadcast(Float.NEGATIVE_INFINITY);
        int chunk = from;
        for (; chunk + Lanes.COUNT <= to; chunk += Lanes.COUNT) {
            greatest = greatest.max(Lanes.load(scores, chunk));
        }
        float largest = greatest.reduceLanes(VectorOperators.MAX); // in any order the same
        for (; chunk < to; chunk++) {
            largest = Math.max(largest, scores[chunk]);
        }
        return largest;
    }

    /** Each layer votes for its best; of equally many votes the larger sum of shares wins. */
    private int[] mostVotes(int layers, int from, int to) {
        int most = Math.min(settings.most(), to - from);
        Arrays.fill(sums, from, to, 0);
        for (int layer = 0; layer < layers; layer++) {
            for (int chunk : best(shares[layer], from, to, most)) {
                sums[chunk] += 1;
            }
        }
        // the layers' shares of a chunk sum to at most layers, so they only decide between equals
        for (int layer = 0; layer < layers; layer++) {
            for (int chunk = from; chunk < to; chunk++) {
                sums[chunk] += shares[layer][chunk] / (layers + 1);
            }
        }
        return best(sums, from, to, most);
    }

    private int[] largestSums(int layers, int from, int to) {
        Arrays.fill(sums, from, to, 0);
        float total = 0;
        for (int layer = 0; layer < layers; layer++) {
            float weight = layerWeights[layer];
            float[] share = shares[layer];
            for (int chunk = from; chunk < to; chunk++) {
                sums[chunk] += weight * share[chunk];
            }
            total += weight;
        }
        int[] best = best(sums, from, to, Math.min(settings.most(), to - from));
        double wanted = settings.mass() * total;
        double seen = 0;
        int count = 0;
        while (count < best.length && (seen < wanted || settings.mass() == 1)) {
            seen += sums[best[count++]];
        }
        return Arrays.copyOf(best, count);
    }

    /** The chunks of the largest values, largest first; of equal ones the earlier. */
    private int[] best(float[] values, int from, int to, int most) {
        // not negative, so that their bits rise with them
        for (int chunk = from; chunk < to; chunk++) {
            ranked[chunk] =
                    (long) Float.floatToRawIntBits(values[chunk]) << Integer.SIZE
                            | Integer.MAX_VALUE - chunk;
        }
        Largest.first(ranked, from, to, most);
        var best = new int[most];
        Arrays.setAll(best, i -> Integer.MAX_VALUE - (int) ranked[to - 1 - i]);
        return best;
    }
}
