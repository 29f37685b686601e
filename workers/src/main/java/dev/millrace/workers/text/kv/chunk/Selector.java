package dev.millrace.workers.text.kv.chunk;

import dev.millrace.workers.simd.Lanes;

import jdk.incubator.vector.VectorOperators;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Chooses the chunks that a query attends to.
 *
 * <p>Each scorer gives the chunks that may be chosen (all but the first and the local ones, which
 * are seen anyway) a share of one: softmax(q k / sqrt(width)); the scorers then agree on one list
 * (ChunkLLM, section 3.3), or each has its own.
 */
final class Selector implements ChunkSelector {
    private final ChunkSettings settings;
    private final float[] weights;
    private float[][] shares = new float[0][0];
    private float[] sums = new float[0];
    private final Largest largest = new Largest();

    /**
     * @param weights how much each scorer counts; not looked at by {@link ChunkSettings.Vote#COUNT}
     */
    Selector(ChunkSettings settings, float... weights) {
        this.settings = settings;
        this.weights = weights.clone();
    }

    @Override
    public int[] select(ChunkIndex index, int from, int to, float... query) {
        if (to - from <= settings.most() && settings.mass() == 1) {
            return all(from, to);
        }
        makeRoom(index, to);
        for (int scorer = 0; scorer < index.scorers(); scorer++) {
            index.score(scorer, query, scorer * index.width(), from, to, shares[scorer]);
            softmax(shares[scorer], from, to, (float) (1 / Math.sqrt(index.width())));
        }
        return switch (settings.vote()) {
            case COUNT -> mostVotes(index.scorers(), from, to);
            case WEIGHTED, NONE -> largestSums(index.scorers(), from, to);
        };
    }

    @Override
    public int[] selectOf(int scorer, ChunkIndex index, int from, int to, float... query) {
        if (to - from <= settings.most() && settings.mass() == 1) {
            return all(from, to);
        }
        makeRoom(index, to);
        index.score(scorer, query, 0, from, to, sums);
        int most = Math.min(settings.most(), to - from);
        if (settings.mass() == 1) {
            return largest.of(sums, from, to, most);
        }
        softmax(sums, from, to, (float) (1 / Math.sqrt(index.width())));
        return upToMass(sums, 1, largest.of(sums, from, to, most));
    }

    private static int[] all(int from, int to) {
        var chosen = new int[to - from];
        Arrays.setAll(chosen, i -> from + i);
        return chosen;
    }

    private void makeRoom(ChunkIndex index, int chunks) {
        if (sums.length < ChunkIndex.room(chunks) || shares.length == 0) {
            int room = ChunkIndex.room(2 * chunks);
            shares = new float[index.scorers()][room];
            sums = new float[room];
        }
    }

    private static void softmax(float[] scores, int from, int to, float scale) {
        float greatest = greatest(scores, from, to);
        var total = Lanes.zero();
        int chunk = from;
        for (; chunk + Lanes.COUNT <= to; chunk += Lanes.COUNT) {
            var power = Lanes.exp(Lanes.load(scores, chunk).sub(greatest).mul(scale));
            power.intoArray(scores, chunk);
            total = total.add(power);
        }
        float sum = Lanes.sum(total);
        for (; chunk < to; chunk++) {
            scores[chunk] = (float) Math.exp((scores[chunk] - greatest) * scale);
            sum += scores[chunk];
        }
        float share = 1 / sum;
        for (chunk = from; chunk < to; chunk++) {
            scores[chunk] *= share;
        }
    }

    private static float greatest(float[] scores, int from, int to) {
        var lanes = Lanes.broadcast(Float.NEGATIVE_INFINITY);
        int chunk = from;
        for (; chunk + Lanes.COUNT <= to; chunk += Lanes.COUNT) {
            lanes = lanes.max(Lanes.load(scores, chunk));
        }
        float greatest = lanes.reduceLanes(VectorOperators.MAX); // in any order the same
        for (; chunk < to; chunk++) {
            greatest = Math.max(greatest, scores[chunk]);
        }
        return greatest;
    }

    /** Each scorer votes for its best; of equally many votes the larger sum of shares wins. */
    private int[] mostVotes(int scorers, int from, int to) {
        int most = Math.min(settings.most(), to - from);
        Arrays.fill(sums, from, to, 0);
        for (int scorer = 0; scorer < scorers; scorer++) {
            for (int chunk : largest.of(shares[scorer], from, to, most)) {
                sums[chunk] += 1;
            }
        }
        // the scorers' shares of a chunk sum to at most scorers, so they only decide between equals
        for (int scorer = 0; scorer < scorers; scorer++) {
            for (int chunk = from; chunk < to; chunk++) {
                sums[chunk] += shares[scorer][chunk] / (scorers + 1);
            }
        }
        return largest.of(sums, from, to, most);
    }

    private int[] largestSums(int scorers, int from, int to) {
        Arrays.fill(sums, from, to, 0);
        float total = 0;
        for (int scorer = 0; scorer < scorers; scorer++) {
            float weight = weights[scorer];
            float[] share = shares[scorer];
            for (int chunk = from; chunk < to; chunk++) {
                sums[chunk] += weight * share[chunk];
            }
            total += weight;
        }
        int[] best = largest.of(sums, from, to, Math.min(settings.most(), to - from));
        return settings.mass() == 1 ? best : upToMass(sums, total, best);
    }

    /** The best of some chunks, until they have the share that is wanted of all. */
    private int[] upToMass(float[] shares, double total, int... chunks) {
        int[] falling =
                IntStream.of(chunks)
                        .boxed()
                        .sorted(Comparator.comparingDouble(chunk -> -shares[chunk]))
                        .mapToInt(chunk -> chunk)
                        .toArray();
        double seen = 0;
        int count = 0;
        while (count < falling.length && seen < settings.mass() * total) {
            seen += shares[falling[count++]];
        }
        return IntStream.of(falling).limit(count).sorted().toArray();
    }
}
