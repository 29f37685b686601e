package dev.millrace.workers.segment.zip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.workers.segment.mask.Box;
import dev.millrace.workers.segment.mask.Mask;
import dev.millrace.workers.segment.mask.Samples;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.SplittableRandom;

class PlannerTest {
    private static final Mask ALL = Mask.of(120, 240, _ -> true);

    private final Planner planner = new Planner(120, 240, Prompting.PUBLISHED);

    private static Claim claim(int label, Mask cells) {
        return new Claim(label, new Region(cells), ALL);
    }

    @Test
    void a_thing_is_asked_for_by_its_box_and_by_the_box_with_a_point_where_it_is_widest() {
        var disc = Scene.disc(30, 30, 10, 12, 5);

        var asks = planner.plan(List.of(claim(0, disc)));

        var box = new Box(56, 20, 144, 64);
        assertThat(asks.stream().map(Ask::prompt))
                .containsExactly(
                        new Prompt.InBox(box),
                        new Prompt.InBoxAt(box, new PointPrompt(12.5 * 8, 10.5 * 4, true)));
    }

    @Test
    void a_thing_that_does_not_fill_its_hull_is_asked_for_at_each_wide_place_too() {
        var two = Scene.disc(30, 30, 8, 8, 5).or(Scene.disc(30, 30, 17, 17, 5));

        var asks = planner.plan(List.of(claim(0, two)));

        assertThat(asks.stream().map(Ask::prompt).skip(2))
                .containsExactly(
                        new Prompt.AtPoints(List.of(new PointPrompt(68, 34, true))),
                        new Prompt.AtPoints(List.of(new PointPrompt(140, 70, true))));
    }

    @Test
    void a_box_need_not_be_asked_about_without_its_point_nor_a_solid_thing_by_points() {
        var disc = Scene.disc(30, 30, 10, 12, 5);

        var few = new Planner(120, 240, new Prompting(false, 0.85));
        var many = new Planner(120, 240, new Prompting(false, 1.1));

        assertThat(few.plan(List.of(claim(0, disc))).stream().map(Ask::prompt))
                .hasOnlyElementsOfType(Prompt.InBoxAt.class)
                .hasSize(1);
        assertThat(many.plan(List.of(claim(0, disc))).stream().map(Ask::prompt))
                .contains(new Prompt.AtPoints(List.of(new PointPrompt(12.5 * 8, 10.5 * 4, true))))
                .hasSize(2);
    }

    @Test
    void nearly_equal_prompts_are_drawn_once_for_all_classes_that_claim_them() {
        var disc = Scene.disc(40, 40, 20, 20, 12);
        var nearly = disc.or(Scene.disc(40, 40, 20, 21, 12));
        var other = Scene.disc(40, 40, 14, 14, 12);

        var asks =
                planner.plan(
                        List.of(
                                claim(0, disc),
                                claim(0, nearly),
                                claim(1, nearly),
                                claim(2, other)));

        assertThat(asks).hasSize(4);
        assertThat(asks.get(0).claims().stream().map(Claim::label)).containsExactly(0, 1);
        assertThat(asks.get(1).claims().stream().map(Claim::label)).containsExactly(0, 1);
        assertThat(asks.get(2).claims().stream().map(Claim::label)).containsExactly(2);
    }

    @Test
    void nothing_found_is_nothing_asked() {
        assertThat(planner.plan(List.of())).isEmpty();
        assertThatIllegalArgumentException().isThrownBy(() -> new Prompt.AtPoints(List.of()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Ask(new Prompt.InBox(new Box(0, 0, 1, 1)), List.of()));
    }

    @Test
    void solidity_is_the_share_of_the_convex_hull() {
        assertThat(Hull.solidity(Mask.of(9, 9, new Box(2, 3, 7, 8)))).isEqualTo(1);
        assertThat(Hull.solidity(Samples.mask("#"))).isEqualTo(1);
        assertThat(Hull.solidity(Samples.mask("..", ".."))).isZero();
        assertThat(Hull.solidity(Samples.mask("#..", "#..", "###")))
                .isCloseTo(5.0 / 7, within(1e-9));
        assertThat(Hull.solidity(Samples.mask("#..#", "#..#", "####")))
                .isCloseTo(8.0 / 12, within(1e-9));
        assertThat(Hull.solidity(Scene.disc(60, 60, 30, 30, 25))).isGreaterThan(0.95);
    }

    @Test
    void the_hull_is_that_of_all_pairs_of_corners() {
        var random = new SplittableRandom(6);
        for (int i = 0; i < 60; i++) {
            var mask = Samples.random(random, 1 + random.nextInt(8), 1 + random.nextInt(8));
            if (!mask.isEmpty()) {
                assertThat(Hull.solidity(mask))
                        .isCloseTo(mask.area() / hullArea(mask), within(1e-9));
            }
        }
    }

    /** An edge of the hull has no corner on its left; the edges' fans around the origin add up. */
    private static double hullArea(Mask mask) {
        var corners =
                mask.stream()
                        .boxed()
                        .flatMap(at -> {
                            int x = at % mask.width();
                            int y = at / mask.width();
                            return List.of(
                                    List.of(x, y),
                                    List.of(x + 1, y),
                                    List.of(x, y + 1),
                                    List.of(x + 1, y + 1))
                                    .stream();
                        })
                        .distinct()
                        .toList();
        double twice = 0;
        for (var a : corners) {
            for (var b : corners) {
                boolean isEdge =
                        !a.equals(b) && corners.stream().allMatch(c -> isRightOrBetween(a, b, c));
                twice += isEdge ? a.get(0) * b.get(1) - a.get(1) * b.get(0) : 0;
            }
        }
        return Math.abs(twice) / 2;
    }

    private static boolean isRightOrBetween(List<Integer> a, List<Integer> b, List<Integer> c) {
        int abX = b.get(0) - a.get(0);
        int abY = b.get(1) - a.get(1);
        int acX = c.get(0) - a.get(0);
        int acY = c.get(1) - a.get(1);
        int turn = abX * acY - abY * acX;
        int along = abX * acX + abY * acY;
        return turn > 0 || (turn == 0 && along >= 0 && along <= abX * abX + abY * abY);
    }
}
