package dev.millrace.workers.segment.zip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.millrace.workers.segment.mask.Box;
import dev.millrace.workers.segment.mask.Mask;
import dev.millrace.workers.segment.mask.Nms;
import dev.millrace.workers.segment.zip.BestFirst.Telling;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.SplittableRandom;

class BestFirstTest {
    private static final int SIDE = 12;

    /** Some asks, what each may score and what is drawn for it. */
    private record Job(
            List<Ask> asks, Map<Ask, Double> bounds, Map<Ask, List<Proposal>> proposals) {
        Job() {
            this(new ArrayList<>(), new HashMap<>(), new HashMap<>());
        }

        void add(double bound, Proposal... drawn) {
            var point = new PointPrompt(asks.size(), 0, true);
            var claim = new Claim(0, new Region(mask(0)), mask(0));
            var ask = new Ask(new Prompt.AtPoints(List.of(point)), List.of(claim));
            asks.add(ask);
            bounds.put(ask, bound);
            proposals.put(ask, List.of(drawn));
        }

        ScriptedProposer proposer() {
            return new ScriptedProposer(bounds, proposals);
        }

        BestFirst tell(Telling telling) {
            return new BestFirst(asks, proposer(), telling);
        }

        /** All masks at once: in the order of the asks, then suppressed. */
        List<Proposal> batch(Telling telling) {
            var all =
                    asks.stream()
                            .flatMap(ask -> proposals.getOrDefault(ask, List.of()).stream())
                            .filter(proposal -> proposal.score() >= telling.minScore())
                            .toList();
            var masks = all.stream().map(Proposal::mask).toList();
            var labels = all.stream().mapToInt(Proposal::label).toArray();
            var scores = all.stream().mapToDouble(Proposal::score).toArray();
            var kept =
                    telling.byClass()
                            ? telling.nms().masksByClass(masks, labels, scores)
                            : telling.nms().masks(masks, scores);
            return kept.stream().limit(telling.maxMasks()).map(all::get).toList();
        }
    }

    private static Mask mask(int from) {
        return Mask.of(1, SIDE, new Box(from, 0, from + 3, 1));
    }

    private static Telling telling(int batch) {
        return new Telling(new Nms(0.5), false, batch, 100, 0);
    }

    private static List<Proposal> all(BestFirst told) {
        var all = new ArrayList<Proposal>();
        told.forEachRemaining(all::add);
        return all;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 50})
    void what_is_told_is_what_suppressing_all_masks_at_once_leaves(int batch) {
        int suppressed = 0;
        for (int seed = 0; seed < 1500; seed++) {
            var random = new SplittableRandom(seed);
            var job = random(random);
            var telling =
                    new Telling(
                            new Nms(random.nextInt(5) / 4.0),
                            random.nextBoolean(),
                            batch,
                            random.nextInt(10) == 0 ? random.nextInt(5) : 100,
                            random.nextInt(4) == 0 ? 0.5 : 0);

            var expected = job.batch(telling);

            assertThat(all(job.tell(telling))).isEqualTo(expected);
            suppressed += expected.size() < job.asks().size() ? 1 : 0;
        }
        assertThat(suppressed).isGreaterThan(100);
    }

    /** Few different scores and bounds, so that many are equal. */
    private static Job random(SplittableRandom random) {
        var job = new Job();
        int asks = random.nextInt(12);
        for (int i = 0; i < asks; i++) {
            int bound = random.nextInt(6);
            var drawn = new ArrayList<Proposal>();
            for (int j = random.nextInt(4); j > 0; j--) {
                double score = random.nextInt(bound + 1) / 5.0;
                drawn.add(new Proposal(mask(random.nextInt(SIDE - 3)), random.nextInt(2), score));
            }
            job.add(bound / 5.0, drawn.toArray(Proposal[]::new));
        }
        return job;
    }

    @Test
    void the_first_mask_leaves_after_the_first_batch_if_no_other_can_beat_it() {
        var job = new Job();
        job.add(0.5, new Proposal(mask(0), 0, 0.4));
        job.add(0.9, new Proposal(mask(4), 0, 0.8));
        job.add(0.7, new Proposal(mask(8), 0, 0.7));
        var proposer = job.proposer();
        var told = new BestFirst(job.asks(), proposer, telling(1));

        assertThat(told.next().score()).isEqualTo(0.8);
        assertThat(proposer.batches).containsExactly(1);
        assertThat(told.asksDrawn()).isEqualTo(1);
        assertThat(told.next().score()).isEqualTo(0.7);
        assertThat(proposer.batches).containsExactly(1, 1);
    }

    @Test
    void a_mask_waits_for_asks_that_could_beat_it() {
        var job = new Job();
        job.add(0.9, new Proposal(mask(0), 0, 0.2));
        job.add(0.8, new Proposal(mask(4), 0, 0.8));
        var proposer = job.proposer();

        assertThat(new BestFirst(job.asks(), proposer, telling(1)).next().score()).isEqualTo(0.8);
        assertThat(proposer.batches).containsExactly(1, 1);
    }

    @Test
    void who_asks_for_no_more_pays_for_no_more() {
        var job = new Job();
        for (int i = 0; i < 50; i++) {
            job.add(1 - i / 100.0, new Proposal(mask(i % 9), 0, 1 - i / 100.0));
        }
        var proposer = job.proposer();
        var told = new BestFirst(job.asks(), proposer, new Telling(new Nms(1), false, 4, 3, 0));

        assertThat(all(told)).hasSize(3);
        assertThat(proposer.batches).containsExactly(4);
        assertThat(told.hasNext()).isFalse();
    }

    @Test
    void asks_that_cannot_reach_the_least_score_are_not_drawn() {
        var job = new Job();
        job.add(0.3, new Proposal(mask(0), 0, 0.2));
        var proposer = job.proposer();
        var told = new BestFirst(job.asks(), proposer, new Telling(new Nms(1), false, 4, 3, 0.5));

        assertThat(told.hasNext()).isFalse();
        assertThat(proposer.batches).isEmpty();
        assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(told::next);
    }

    @Test
    void of_too_many_asks_the_best_are_drawn_and_told_as_if_there_were_no_others() {
        var many = new Job();
        var best = new Job();
        for (int i = 0; i < BestFirst.MOST_ASKS + 50; i++) {
            boolean isGood = i % 6 > 0 || i >= 300;
            double bound = isGood ? 0.5 + i / 1000.0 : 0.4;
            var drawn = new Proposal(mask(i % 9), i % 2, bound);
            many.add(bound, drawn);
            if (isGood) {
                best.add(bound, drawn);
            }
        }
        assertThat(best.asks()).hasSize(BestFirst.MOST_ASKS);
        var telling = new Telling(new Nms(1), false, 16, 1000, 0);
        var proposer = many.proposer();
        var told = new BestFirst(many.asks(), proposer, telling);

        assertThat(all(told)).isEqualTo(best.batch(telling)).hasSize(BestFirst.MOST_ASKS);
        assertThat(told.asksDrawn()).isEqualTo(BestFirst.MOST_ASKS);
        assertThat(proposer.batches).hasSize(BestFirst.MOST_ASKS / 16);
    }

    @Test
    void of_too_many_asks_with_equal_bounds_the_earliest_are_drawn() {
        var job = new Job();
        for (int i = 0; i < BestFirst.MOST_ASKS + 1; i++) {
            int label = i < BestFirst.MOST_ASKS ? 0 : 1;
            job.add(0.5, new Proposal(mask(i % 9), label, 0.5));
        }

        assertThat(all(job.tell(new Telling(new Nms(1), false, 16, 1000, 0))))
                .hasSize(BestFirst.MOST_ASKS)
                .allMatch(each -> each.label() == 0);
    }

    @Test
    void nothing_asked_is_nothing_told() {
        assertThat(new Job().tell(telling(3)).hasNext()).isFalse();
    }

    @Test
    void a_score_above_its_bound_is_a_mistake() {
        var job = new Job();
        job.add(0.3, new Proposal(mask(0), 0, 0.4));

        assertThatIllegalStateException()
                .isThrownBy(() -> job.tell(telling(3)).hasNext())
                .withMessage("a mask scored 0.4, above its bound 0.3");
        assertThatIllegalArgumentException().isThrownBy(() -> telling(0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Proposal(mask(0), 0, Double.NaN))
                .withMessage("a score must be 0..1, was NaN");
    }
}
