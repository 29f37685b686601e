package dev.millrace.workers.text.kv.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.workers.text.kv.Spans;
import dev.millrace.workers.text.kv.chunk.ChunkSettings.Keys;
import dev.millrace.workers.text.kv.chunk.ChunkSettings.Triggers;
import dev.millrace.workers.text.kv.chunk.ChunkSettings.Vote;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.SplittableRandom;

class ChunksTest {
    private static final int WIDTH = 4;
    private static final double END = 0.9;
    private static final double MIDDLE = 0.1;

    @Test
    void a_chunk_ends_where_a_sentence_does_but_is_neither_too_short_nor_too_long() {
        var index = new ChunkIndex(settings(Keys.LAST, 0), 1, WIDTH);

        boolean[] isEnd = {false, true, true, false, false, false, false, false, false, true, true};
        for (boolean end : isEnd) {
            index.append(end, new float[WIDTH]);
        }

        assertThat(index.count()).isEqualTo(3);
        assertThat(index.end(0)).isEqualTo(3); // the second token would have made it too short
        assertThat(index.end(1)).isEqualTo(8); // five are enough
        assertThat(index.start(2)).isEqualTo(8);
        assertThat(index.end(2)).isEqualTo(11);
    }

    @Test
    void a_chunks_key_is_its_last_tokens_or_the_mean() {
        var last = new ChunkIndex(settings(Keys.LAST, 0), 1, 1);
        var mean = new ChunkIndex(settings(Keys.MEAN, 0), 1, 1);

        for (int i = 1; i <= 4; i++) {
            last.append(i == 4, i);
            mean.append(i == 4, i);
        }

        assertThat(key(last)).isEqualTo(4);
        assertThat(key(mean)).isEqualTo(2.5f);
    }

    @Test
    void a_key_of_a_mean_and_both_ends_is_their_sum_and_scores_higher_the_longer_its_chunk() {
        var index = new ChunkIndex(settings(Keys.MEAN_AND_ENDS, 0), 1, 1);
        index.append(false, 7, 7, 7);
        index.append(false, 7, 7, 7);
        var before = index.mark();
        index.append(true, 7, 7, 7);
        index.append(false, 9, 9, 9);
        index.backTo(before);
        index.append(false, 7, 7, 7);
        index.append(true, 7, 7, 7);
        for (int i = 1; i <= 4; i++) { // for the mean, the first and the last
            index.append(i == 4, i, 10 * i, 100 * i);
        }

        float[] scores = scores(index);
        assertThat(scores[0]).isEqualTo(21 + (float) Math.log(4));
        assertThat(scores[1]).isCloseTo(412.5f + (float) Math.log(4), within(1f)); // bf16
    }

    private static float key(ChunkIndex index) {
        return scores(index)[0];
    }

    private static float[] scores(ChunkIndex index) {
        float[] scores = new float[ChunkIndex.room(index.count())];
        index.score(0, new float[] {1}, 0, 0, index.count(), scores);
        return scores;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void what_is_seen_is_in_the_past_without_repetition_and_holds_first_local_and_own(long seed) {
        var random = new SplittableRandom(seed);
        var chunks = new Chunks(settings(Keys.MEAN, 12), WIDTH, 1, 1);
        for (int position = 0; position < 300; position++) {
            var seen = chunks.seen();

            assertThat(positions(seen, position + 1)).hasSize(seen.total()).doesNotHaveDuplicates();
            assertThat(positions(seen, position + 1)).contains(0, position).allMatch(p -> p >= 0);
            if (position < 12) {
                assertThat(seen.total()).isEqualTo(position + 1);
            }
            chunks.append(random.nextInt(4) == 0 ? END : MIDDLE, normals(random), normals(random));
        }
        assertThat(chunks.seen().total()).isLessThan(60);
        assertThat(chunks.selections()).isBetween(30L, 150L);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void scorers_of_their_own_see_what_they_select_for_this_very_token(long seed) {
        var settings = settings(Keys.MEAN, 12).with(Vote.NONE);
        var random = new SplittableRandom(seed);
        var chunks = new Chunks(settings, WIDTH, 1, 1);
        var alone = new ChunkIndex(settings, 2, WIDTH);
        var selector = new Selector(settings, 1, 1);
        boolean isDue = false;
        var expected = new int[2][0];
        for (int position = 0; position < 300; position++) {
            float[] query = normals(random);
            for (int layer = 0; layer < 2; layer++) {
                float[] own = Arrays.copyOfRange(query, layer * WIDTH, (layer + 1) * WIDTH);
                var seen = positions(chunks.seen(layer, own), position + 1);
                int most = Math.max(1, alone.count() - settings.local());
                if (isDue && position >= 12) {
                    expected[layer] = selector.selectOf(layer, alone, 1, most, own);
                }
                for (int chunk : expected[layer]) {
                    assertThat(seen).contains(alone.start(chunk), alone.end(chunk) - 1);
                }
                if (position >= 12) {
                    assertThat(seen).hasSizeLessThan(40);
                }
                assertThat(seen).doesNotHaveDuplicates().contains(0, position);
            }
            assertThat(chunks.seen().total()).isEqualTo(position + 1);
            double boundary = random.nextInt(4) == 0 ? END : MIDDLE;
            float[] keys = normals(random);
            chunks.append(boundary, keys, query);
            isDue = alone.append(boundary == END, keys) || position + 1 == 12;
        }
        assertThat(chunks.selections()).isBetween(30L, 150L);
        assertThat(chunks.attended().fraction()).isLessThan(0.35);
    }

    @Test
    void layers_of_their_own_select_the_same_after_going_back() {
        var chunks = new Chunks(settings(Keys.MEAN, 0).with(Vote.NONE), WIDTH, 1, 1);
        extend(chunks, 1, 150);
        var mark = chunks.mark();
        extend(chunks, 2, 41);
        var first = positions(chunks.seen(1, new float[WIDTH]), 192);
        var attended = chunks.attended();

        chunks.backTo(mark);
        extend(chunks, 9, 70);
        chunks.backTo(mark);
        extend(chunks, 2, 41);

        assertThat(positions(chunks.seen(1, new float[WIDTH]), 192)).isEqualTo(first);
        assertThat(chunks.attended()).isEqualTo(attended);
    }

    private static java.util.List<Integer> positions(Spans spans, int end) {
        var positions = new java.util.ArrayList<Integer>();
        for (int span = 0; span < spans.count(); span++) {
            assertThat(spans.to(span)).isLessThanOrEqualTo(end);
            for (int position = spans.from(span); position < spans.to(span); position++) {
                positions.add(position);
            }
        }
        return positions;
    }

    @Test
    void going_back_and_on_again_leads_to_the_same_selections() {
        var chunks = new Chunks(settings(Keys.MEAN, 0), WIDTH, 1, 1);
        extend(chunks, 1, 150);
        var mark = chunks.mark();
        extend(chunks, 2, 40);
        var first = positions(chunks.seen(), 191);
        long selections = chunks.selections();

        chunks.backTo(mark);
        extend(chunks, 9, 70);
        chunks.backTo(mark);
        extend(chunks, 2, 40);

        assertThat(positions(chunks.seen(), 191)).isEqualTo(first);
        assertThat(chunks.selections()).isEqualTo(selections);
    }

    /** More chunks than an index has room for at first, and parts that end within a chunk. */
    @ParameterizedTest
    @EnumSource
    void what_parts_of_a_prompt_added_leads_other_chunks_to_the_same_selections(Keys keys) {
        var computed = new Chunks(settings(keys, 12), WIDTH, 1, 1);
        var copied = new Chunks(settings(keys, 12), WIDTH, 1, 1);
        var random = new SplittableRandom(4);
        for (int block = 0; block < 9; block++) {
            var before = computed.mark();
            for (int i = 0; i < 37; i++) {
                computed.appendPrompt(random.nextInt(4) == 0 ? END : MIDDLE, parts(random));
            }
            computed.select(normals(random));
            var part = computed.since(before);
            assertThat(part.bytes()).isBetween(100L, 1600L);
            copied.append(part);
        }
        assertThat(computed.count()).isGreaterThan(64);
        assertThat(copied.bytes()).isEqualTo(computed.bytes());
        for (long seed = 0; seed < 20; seed++) {
            int end = computed.length() + 1;
            assertThat(positions(copied.seen(), end)).isEqualTo(positions(computed.seen(), end));
            extend(computed, seed, 5);
            extend(copied, seed, 5);
        }
        assertThat(copied.attended()).isEqualTo(computed.attended());
        assertThat(copied.selections()).isEqualTo(computed.selections());
    }

    @Test
    void a_boundary_at_every_token_selects_as_often_as_a_trigger_at_every_token() {
        var triggered =
                new Chunks(
                        new ChunkSettings(
                                0.5, 1, 5, 2, 3, 1, Keys.LAST, Vote.COUNT, new Triggers(0, 1), 0),
                        WIDTH,
                        1,
                        1);
        extend(triggered, 3, 80);

        assertThat(triggered.selections()).isEqualTo(80);
    }

    @Test
    void what_was_looked_at_is_counted_at_each_token_of_an_answer_and_forgotten_with_it() {
        var chunks = new Chunks(settings(Keys.LAST, 0), WIDTH, 1, 1);
        var random = new SplittableRandom(1);
        for (int i = 0; i < 100; i++) {
            chunks.appendPrompt(i % 4 == 3 ? END : MIDDLE, normals(random));
        }
        chunks.select(normals(random));
        assertThat(chunks.attended()).isEqualTo(Attended.NOTHING);
        assertThat(chunks.attended().fraction()).isEqualTo(1);
        var mark = chunks.mark();

        double shares = 0;
        for (int i = 0; i < 30; i++) {
            shares += (double) chunks.seen().total() / (chunks.length() + 1);
            chunks.append(i % 4 == 3 ? END : MIDDLE, normals(random), normals(random));
            assertThat(chunks.isAtBoundary()).as("%d", i).isEqualTo(i % 4 == 3);
        }

        assertThat(chunks.attended()).isEqualTo(new Attended(30, shares, 7));
        assertThat(chunks.attended().fraction()).isBetween(0.15, 0.35);
        chunks.backTo(mark);
        assertThat(chunks.attended()).isEqualTo(Attended.NOTHING);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 64, 65, 128, 129, 1000})
    void no_index_holds_more_bytes_than_were_reckoned(int tokens) {
        var settings =
                new ChunkSettings(0.5, 1, 5, 2, 3, 1, Keys.LAST, Vote.COUNT, Triggers.NONE, 0);
        var index = new ChunkIndex(settings, 2, WIDTH);
        for (int i = 0; i < tokens; i++) {
            index.append(true, new float[2 * WIDTH]);
        }

        assertThat(index.bytes()).isEqualTo(ChunkIndex.mostBytes(settings, 2, WIDTH, tokens));
    }

    @Test
    void settings_that_make_no_sense_are_refused() {
        assertThatThrownBy(() ->
                        new ChunkSettings(
                                1.5, 1, 5, 2, 3, 1, Keys.LAST, Vote.COUNT, Triggers.NONE, 0))
                .hasMessageContaining("threshold must be between 0 and 1, was 1.5");
        assertThatThrownBy(() ->
                        new ChunkSettings(
                                0.5, 7, 5, 2, 3, 1, Keys.LAST, Vote.COUNT, Triggers.NONE, 0))
                .hasMessageContaining("7 and 5");
    }

    private static ChunkSettings settings(Keys keys, int denseBelow) {
        return new ChunkSettings(
                0.5, 3, 5, 2, 3, 1, keys, Vote.WEIGHTED, Triggers.NONE, denseBelow);
    }

    private static void extend(Chunks chunks, long seed, int tokens) {
        var random = new SplittableRandom(seed);
        for (int i = 0; i < tokens; i++) {
            float[] query = normals(random);
            chunks.seen(0, Arrays.copyOf(query, WIDTH));
            chunks.seen(1, Arrays.copyOfRange(query, WIDTH, 2 * WIDTH));
            chunks.append(random.nextInt(4) == 0 ? END : MIDDLE, parts(random), query);
        }
    }

    private static float[] normals(SplittableRandom random) {
        return normals(random, 2 * WIDTH);
    }

    /** What keys of any kind are made of. */
    private static float[] parts(SplittableRandom random) {
        return normals(random, 2 * Keys.MEAN_AND_ENDS.parts() * WIDTH);
    }

    private static float[] normals(SplittableRandom random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
