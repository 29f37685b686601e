package dev.millrace.workers.train.longtext;

import dev.millrace.workers.text.kv.chunk.ChunkIndex;
import dev.millrace.workers.text.kv.chunk.ChunkSelector;

import java.util.SplittableRandom;
import java.util.TreeSet;

/** Any chunks. */
final class RandomSelector implements ChunkSelector {
    private final int most;
    private final SplittableRandom random = new SplittableRandom(1);

    RandomSelector(int most) {
        this.most = most;
    }

    @Override
    public int[] select(ChunkIndex chunks, int from, int to, float... query) {
        var chosen = new TreeSet<Integer>();
        while (chosen.size() < Math.min(most, to - from)) {
            chosen.add(random.nextInt(from, to));
        }
        return chosen.stream().mapToInt(chunk -> chunk).toArray();
    }

    @Override
    public int[] selectOf(int scorer, ChunkIndex chunks, int from, int to, float... query) {
        return select(chunks, from, to, query);
    }
}
