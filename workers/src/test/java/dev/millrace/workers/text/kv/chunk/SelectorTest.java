package dev.millrace.workers.text.kv.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.workers.text.kv.chunk.ChunkSettings.Keys;
import dev.millrace.workers.text.kv.chunk.ChunkSettings.Triggers;
import dev.millrace.workers.text.kv.chunk.ChunkSettings.Vote;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

class SelectorTest {
    private static final int WIDTH = 6;
    private static final int LAYERS = 3;
    private static final float[] WEIGHTS = {0.5f, 2, 1};

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void a_counted_vote_chooses_what_the_papers_words_say(long seed) {
        var random = new SplittableRandom(seed);
        var settings = settings(5, 1, Vote.COUNT);
        var index = index(settings, random, 60);
        float[] query = normals(random, LAYERS * WIDTH);

        assertThat(select(new Selector(settings, WEIGHTS), settings, index, query))
                .containsExactly(counted(index, query, settings));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void a_weighted_vote_chooses_the_largest_sums_up_to_their_mass(long seed) {
        var random = new SplittableRandom(seed);
        var settings = settings(9, 0.6, Vote.WEIGHTED);
        var index = index(settings, random, 60);
        float[] query = normals(random, LAYERS * WIDTH);

        assertThat(select(new Selector(settings, WEIGHTS), settings, index, query))
                .containsExactly(weighted(index, query, settings));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void a_layer_of_its_own_chooses_what_a_vote_of_one_would(long seed) {
        for (double mass : new double[] {1, 0.6}) {
            var random = new SplittableRandom(seed);
            var settings = settings(9, mass, Vote.NONE);
            var index = index(settings, random, 60);
            float[] query = normals(random, LAYERS * WIDTH);

            for (int layer = 0; layer < LAYERS; layer++) {
                float[] weights = new float[LAYERS];
                weights[layer] = 1;
                var voted = select(new Selector(settings, weights), settings, index, query);
                float[] own = Arrays.copyOfRange(query, layer * WIDTH, (layer + 1) * WIDTH);

                assertThat(new Selector(settings, WEIGHTS).selectOf(layer, index, 1, 58, own))
                        .containsExactly(voted);
            }
        }
    }

    /** The vote of the paper's figure 3: 0, 3 and 7 have three votes, 1 and 5 two. */
    @Test
    void the_papers_own_example() {
        var settings =
                new ChunkSettings(0.5, 1, 9, 0, 5, 1, Keys.LAST, Vote.COUNT, Triggers.NONE, 0);
        var index = new ChunkIndex(settings, 3, 8);
        index.append(true, new float[24]); // the first chunk is no candidate
        for (int chunk = 0; chunk < 8; chunk++) {
            float[] keys = new float[24];
            for (int layer = 0; layer < 3; layer++) {
                keys[layer * 8 + chunk] = 1;
            }
            index.append(true, keys);
        }
        float[] query = new float[24];
        int[][] votes = {{0, 1, 3, 4, 7}, {0, 2, 3, 5, 7}, {0, 1, 3, 5, 7}};
        for (int layer = 0; layer < 3; layer++) {
            for (int chunk : votes[layer]) {
                query[layer * 8 + chunk] = 5;
            }
        }

        assertThat(select(new Selector(settings, 1, 1, 1), settings, index, query))
                .containsExactly(1, 2, 4, 6, 8);
    }

    @Test
    void neither_the_first_nor_a_local_chunk_takes_a_place() {
        var random = new SplittableRandom(3);
        var settings = settings(100, 1, Vote.WEIGHTED);
        var index = index(settings, random, 20);

        assertThat(
                        select(
                                new Selector(settings, WEIGHTS),
                                settings,
                                index,
                                normals(random, LAYERS * WIDTH)))
                .containsExactly(IntStream.range(1, 18).toArray());
    }

    @Test
    void nothing_is_selected_while_there_is_nothing_to_select() {
        var settings = settings(5, 1, Vote.COUNT);
        var selector = new Selector(settings, WEIGHTS);
        float[] query = new float[LAYERS * WIDTH];

        for (int chunks = 0; chunks <= 3; chunks++) {
            var few = index(settings, new SplittableRandom(1), chunks);
            int least = Math.min(1, chunks);
            for (double mass : new double[] {1, 0.5}) {
                assertThat(
                                new Selector(settings(5, mass, Vote.NONE), WEIGHTS)
                                        .selectOf(0, few, least, least, new float[WIDTH]))
                        .isEmpty();
            }
            assertThat(
                            select(
                                    selector,
                                    settings,
                                    index(settings, new SplittableRandom(1), chunks),
                                    query))
                    .isEmpty();
        }
    }

    private static ChunkSettings settings(int most, double mass, Vote vote) {
        return new ChunkSettings(0.5, 1, 9, 2, most, mass, Keys.MEAN, vote, Triggers.NONE, 0);
    }

    private static ChunkIndex index(ChunkSettings settings, SplittableRandom random, int chunks) {
        var index = new ChunkIndex(settings, LAYERS, WIDTH);
        while (index.count() < chunks) {
            index.append(random.nextInt(4) == 0, normals(random, LAYERS * WIDTH));
        }
        return index;
    }

    private static float[] normals(SplittableRandom random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = 2 * (float) random.nextGaussian();
        }
        return values;
    }

    private static int[] counted(ChunkIndex index, float[] query, ChunkSettings settings) {
        double[][] shares = shares(index, query, settings);
        int[] votes = new int[index.count()];
        for (double[] layer : shares) {
            candidates(index, settings)
                    .boxed()
                    .sorted(Comparator.comparingDouble((Integer chunk) -> -layer[chunk]))
                    .limit(settings.most())
                    .forEach(chunk -> votes[chunk]++);
        }
        return candidates(index, settings)
                .boxed()
                .sorted(
                        Comparator.comparingInt((Integer chunk) -> -votes[chunk])
                                .thenComparingDouble(chunk ->
                                        -Arrays.stream(shares).mapToDouble(l -> l[chunk]).sum()))
                .limit(settings.most())
                .sorted()
                .mapToInt(chunk -> chunk)
                .toArray();
    }

    private static int[] weighted(ChunkIndex index, float[] query, ChunkSettings settings) {
        double[][] shares = shares(index, query, settings);
        double[] sums = new double[index.count()];
        double total = 0;
        for (int layer = 0; layer < LAYERS; layer++) {
            for (int chunk = 0; chunk < sums.length; chunk++) {
                sums[chunk] += WEIGHTS[layer] * shares[layer][chunk];
            }
            total += WEIGHTS[layer];
        }
        double wanted = settings.mass() * total;
        var best =
                candidates(index, settings)
                        .boxed()
                        .sorted(Comparator.comparingDouble((Integer chunk) -> -sums[chunk]))
                        .limit(settings.most())
                        .toList();
        int count = 0;
        for (double seen = 0; count < best.size() && seen < wanted; count++) {
            seen += sums[best.get(count)];
        }
        return best.stream().limit(count).sorted().mapToInt(chunk -> chunk).toArray();
    }

    private static IntStream candidates(ChunkIndex index, ChunkSettings settings) {
        return IntStream.range(1, index.count() - settings.local());
    }

    private static double[][] shares(ChunkIndex index, float[] query, ChunkSettings settings) {
        double[][] shares = new double[LAYERS][index.count()];
        for (int layer = 0; layer < LAYERS; layer++) {
            float[] scores = new float[ChunkIndex.room(index.count())];
            index.score(layer, query, layer * WIDTH, 0, index.count(), scores);
            double sum = 0;
            for (int chunk : candidates(index, settings).toArray()) {
                shares[layer][chunk] = Math.exp(scores[chunk] / Math.sqrt(WIDTH));
                sum += shares[layer][chunk];
            }
            for (int chunk = 0; chunk < shares[layer].length; chunk++) {
                shares[layer][chunk] /= sum;
            }
        }
        return shares;
    }

    private static int[] select(
            Selector selector, ChunkSettings settings, ChunkIndex index, float... query) {
        int from = Math.min(1, index.count());
        int to = Math.max(from, index.count() - settings.local());
        return selector.select(index, from, to, query);
    }
}
