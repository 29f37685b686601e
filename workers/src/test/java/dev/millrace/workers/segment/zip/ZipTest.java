package dev.millrace.workers.segment.zip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.millrace.workers.segment.mask.Box;
import dev.millrace.workers.segment.mask.Mask;
import dev.millrace.workers.segment.mask.Nms;
import dev.millrace.workers.segment.zip.MaskDecoder.Candidate;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

class ZipTest {
    private static final int GRID = 24;
    private static final int SIDE = 96;
    private static final List<Mask> THINGS =
            List.of(
                    Scene.disc(GRID, GRID, 6, 6, 4.5),
                    Scene.disc(GRID, GRID, 6, 16, 4.5),
                    Scene.disc(GRID, GRID, 17, 12, 4.5));

    private final Zip zip = new Zip(ZipSettings.BEST.withClusters(3));

    /** Insides, rims and background are three kinds of rows. */
    private static Features features() {
        var values = new float[2 * GRID * GRID];
        for (int cell = 0; cell < GRID * GRID; cell++) {
            for (var thing : THINGS) {
                if (thing.has(cell)) {
                    boolean isRim =
                            Neighbours.of(cell, GRID, GRID).anyMatch(beside -> !thing.has(beside));
                    values[cell] = isRim ? 0 : 5;
                    values[GRID * GRID + cell] = isRim ? 5 : 0;
                }
            }
        }
        return new Features(2, GRID, GRID, values);
    }

    private static ActivationMap map(Mask... things) {
        var values = new float[SIDE * SIDE];
        for (var thing : things) {
            thing.resized(SIDE, SIDE).stream().forEach(pixel -> values[pixel] = 1);
        }
        return new ActivationMap(SIDE, SIDE, values);
    }

    /** Draws the thing that overlaps a box most; at points whatever covers the first one. */
    private static final class Oracle implements MaskDecoder {
        private final List<Prompt> seen = new ArrayList<>();

        @Override
        public List<List<Candidate>> decode(List<Prompt> prompts) {
            seen.addAll(prompts);
            return prompts.stream().map(this::candidates).toList();
        }

        private List<Candidate> candidates(Prompt prompt) {
            return THINGS.stream()
                    .map(thing -> thing.resized(SIDE, SIDE))
                    .filter(thing -> fits(thing, prompt))
                    .map(thing -> new Candidate(thing, 0.9, 0.95))
                    .toList();
        }

        private static boolean fits(Mask thing, Prompt prompt) {
            var around = thing.box().orElseThrow();
            return switch (prompt) {
                case Prompt.InBox(Box box) -> box.iou(around) > 0.5;
                case Prompt.InBoxAt(Box box, _) -> box.iou(around) > 0.5;
                case Prompt.AtPoints(var points) ->
                        thing.has((int) points.getFirst().y(), (int) points.getFirst().x());
            };
        }
    }

    @Test
    void things_of_the_classes_asked_for_are_told_best_first() {
        var clusterings = zip.cluster(features());
        var plan =
                zip.plan(
                        clusterings,
                        List.of(map(THINGS.get(2)), map(THINGS.get(0), THINGS.get(1))));
        var decoder = new Oracle();
        var scores = new PresenceScores(List.of(0.5, 0.9));

        var told =
                new BestFirst(
                        plan.asks(),
                        new DecodedProposals(decoder, MaskRules.BEST, scores),
                        new BestFirst.Telling(new Nms(0.7), false, 4, 100, 0));
        var proposals = new ArrayList<Proposal>();
        told.forEachRemaining(proposals::add);

        assertThat(plan.discoveries()).hasSize(2);
        assertThat(proposals.stream().map(Proposal::label)).containsExactly(1, 1, 0);
        assertThat(proposals.stream().map(Proposal::mask))
                .containsExactlyElementsOf(
                        THINGS.stream().map(each -> each.resized(SIDE, SIDE)).toList());
        assertThat(decoder.seen).hasSameSizeAs(plan.asks());
    }

    @Test
    void a_picture_without_the_classes_has_nothing_to_draw() {
        var clusterings = zip.cluster(features());

        assertThat(zip.plan(clusterings, List.of()).asks()).isEmpty();
        assertThat(zip.plan(clusterings, List.of(map())).asks()).isEmpty();
    }

    @Test
    void the_published_setting_and_ours_find_the_same_clear_things() {
        var published = new Zip(ZipSettings.PUBLISHED.withClusters(3).withLeast(10, 0));
        var maps = List.of(map(THINGS.toArray(Mask[]::new)));

        for (var each : List.of(zip, published)) {
            var found = each.plan(each.cluster(features()), maps).discoveries().getFirst();
            assertThat(found.regions()).hasSize(3);
        }
    }

    @Test
    void a_decoder_that_forgets_a_prompt_is_found_out() {
        var plan = zip.plan(zip.cluster(features()), List.of(map(THINGS.get(2))));
        var proposer =
                new DecodedProposals(
                        _ -> List.of(), MaskRules.BEST, new PresenceScores(List.of(1.0)));

        assertThatIllegalStateException()
                .isThrownBy(() -> proposer.propose(plan.asks()))
                .withMessageContaining("were drawn as 0");
    }
}
