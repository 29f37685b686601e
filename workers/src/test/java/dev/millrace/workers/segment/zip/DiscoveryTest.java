package dev.millrace.workers.segment.zip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.workers.segment.mask.Box;
import dev.millrace.workers.segment.mask.Connectivity;
import dev.millrace.workers.segment.mask.Mask;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.stream.IntStream;

class DiscoveryTest {
    private static final ZipSettings SETTINGS = ZipSettings.PUBLISHED.withLeast(1, 0);

    /** Two things of cluster 1 in a net of cluster 0. */
    private static final Clustering NET =
            Scene.clustering("000000000", "011101110", "011101110", "011101110", "000000000");

    @Test
    void things_are_what_lies_between_the_boundaries() {
        var found =
                found(
                        List.of(NET),
                        Scene.everywhere(NET),
                        SETTINGS.withRule(new BoundaryRule.Cut(0.3, 1.5)));

        assertThat(found.regions().stream().map(Region::box))
                .containsExactly(new Box(1, 1, 4, 4), new Box(5, 1, 8, 4));
        assertThat(found.regions().getFirst().box(50, 180)).isEqualTo(new Box(20, 10, 80, 40));
    }

    @Test
    void a_fragment_has_a_gain_a_boundary_score_and_an_edge() {
        var active = Mask.of(5, 9, new Box(0, 0, 3, 5));

        var fragments = new Fragments(NET, Connectivity.FOUR).all(active);

        assertThat(fragments).hasSize(3);
        var net = fragments.getFirst();
        assertThat(net.cluster()).isZero();
        assertThat(net.area()).isEqualTo(27);
        assertThat(net.loss()).isEqualTo(45.0 / 27);
        assertThat(net.gain()).isEqualTo(9.0 / 27);
        assertThat(net.perimeter()).isEqualTo(28 + 24);
        var thing = fragments.get(1);
        assertThat(thing.gain()).isEqualTo(6.0 / 9);
        assertThat(thing.loss()).isEqualTo(1);
        assertThat(thing.spread()).isEqualTo(1);
    }

    @Test
    void a_class_that_is_nowhere_active_has_nothing() {
        var found = found(List.of(NET), Mask.empty(5, 9), SETTINGS);

        assertThat(found.fragments()).isEmpty();
        assertThat(found.regions()).isEmpty();
    }

    @Test
    void with_twenty_active_clusters_the_published_count_leaves_the_rarest_out() {
        var labels = IntStream.range(0, 63).map(i -> i < 60 ? i / 3 : i % 3).toArray();
        labels[59] = 0; // 19 has two cells, the others three and more
        var clustering = new Clustering(9, 7, labels, new float[20][1], 1);
        var most = Mask.of(9, 7, at -> at < 62); // "not active" is the rarest and goes
        var fewer = Mask.of(9, 7, at -> at < 60);

        assertThat(clusters(new Fragments(clustering, Connectivity.FOUR).published(most)))
                .hasSize(20);
        assertThat(clusters(new Fragments(clustering, Connectivity.FOUR).published(fewer)))
                .hasSize(19)
                .doesNotContain(19);
        assertThat(clusters(new Fragments(clustering, Connectivity.FOUR).all(fewer))).hasSize(20);
    }

    private static List<Integer> clusters(List<Fragment> fragments) {
        return fragments.stream().map(Fragment::cluster).distinct().toList();
    }

    @Test
    void several_clusterings_vote() {
        var open =
                Scene.clustering("111111111", "111111111", "111111111", "111111111", "111111111");
        var rule = SETTINGS.withRule(new BoundaryRule.Cut(0.3, 1.5));

        assertThat(found(List.of(NET, NET, open), Scene.everywhere(NET), rule).regions())
                .hasSize(2);
        assertThat(found(List.of(NET, open, open), Scene.everywhere(NET), rule).regions())
                .hasSize(1);
    }

    @Test
    void the_graded_rule_falls_from_squares_to_nets() {
        var rule = new BoundaryRule.Graded(0.3, 4);
        var fragments = new Fragments(NET, Connectivity.FOUR).all(Scene.everywhere(NET));

        assertThat(rule.weight(fragments.get(1))).isEqualTo(1);
        assertThat(rule.weight(fragments.get(0))).isBetween(0.0, 0.5);
        var inactive = new Fragments(NET, Connectivity.FOUR).all(Mask.of(5, 9, at -> at == 10));
        assertThat(rule.weight(inactive.getFirst())).isZero();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BoundaryRule.Graded(0.3, 1))
                .withMessageContaining("above 1, was 1.0");
    }

    @Test
    void small_pieces_are_no_things() {
        var all = Scene.everywhere(NET);
        var rule = SETTINGS.withRule(new BoundaryRule.Cut(0.3, 1.5));

        assertThat(found(List.of(NET), all, rule.withLeast(9, 0)).regions()).hasSize(2);
        assertThat(found(List.of(NET), all, rule.withLeast(10, 0)).regions()).isEmpty();
        assertThat(found(List.of(NET), all, rule.withLeast(1, 0.2)).regions()).hasSize(2);
        assertThat(found(List.of(NET), all, rule.withLeast(1, 0.21)).regions()).isEmpty();
    }

    @Test
    void settings_that_make_no_sense_are_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SETTINGS.withClusters())
                .withMessageContaining("were []");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SETTINGS.withClusters(3, 0))
                .withMessageContaining("were [3, 0]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SETTINGS.withLeast(-1, 0))
                .withMessageContaining("was -1 and 0.0");
    }

    private static Discovery found(
            List<Clustering> clusterings, Mask active, ZipSettings settings) {
        var fragments =
                clusterings.stream().map(each -> new Fragments(each, Connectivity.FOUR)).toList();
        return Discovery.of(fragments, active, settings);
    }
}
