package dev.millrace.workers.text.kv;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

class SpansTest {
    @Test
    void in_a_ring_positions_keep_their_order_and_go_on_at_its_beginning() {
        for (int rows = 1; rows < 9; rows++) {
            for (int from = 0; from < 20; from++) {
                for (int to = from; to <= from + rows; to++) {
                    assertThat(positions(Spans.of(from, to).inRing(rows)))
                            .as("%d to %d in %d rows", from, to, rows)
                            .isEqualTo(wrapped(from, to, rows));
                }
            }
        }
    }

    @Test
    void a_ring_that_no_position_has_left_changes_nothing() {
        var spans = Spans.of(1, 3);
        spans.add(5, 9);

        assertThat(positions(spans.inRing(9))).containsExactly(1, 2, 5, 6, 7, 8);
    }

    private static List<Integer> positions(Spans spans) {
        var positions = new ArrayList<Integer>();
        for (int span = 0; span < spans.count(); span++) {
            for (int i = spans.from(span); i < spans.to(span); i++) {
                positions.add(i);
            }
        }
        assertThat(spans.total()).isEqualTo(positions.size());
        return positions;
    }

    private static List<Integer> wrapped(int from, int to, int rows) {
        var positions = new ArrayList<Integer>();
        for (int i = from; i < to; i++) {
            positions.add(i % rows);
        }
        return positions;
    }
}
