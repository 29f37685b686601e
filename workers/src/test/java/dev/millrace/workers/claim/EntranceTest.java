package dev.millrace.workers.claim;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EntranceTest {
    private final Entrance entrance = new Entrance();

    @Test
    void the_third_slot_waits_until_one_of_two_was_answered() {
        var first = entrance.visit();
        var second = entrance.visit();
        var third = entrance.visit();
        assertThat(first.isLetIn()).isTrue();
        assertThat(second.isLetIn()).isTrue();
        assertThat(third.isLetIn()).isFalse();

        second.passOn(() -> false);
        assertThat(third.isLetIn()).isFalse();
        first.passOn(() -> true);

        assertThat(third.isLetIn()).isTrue();
        assertThat(first.isLetIn()).isTrue();
    }

    @Test
    void a_slot_that_leaves_makes_room_once() {
        var first = entrance.visit();
        assertThat(first.isLetIn()).isTrue();
        first.leave();
        first.leave();
        first.passOn(() -> true);

        assertThat(entrance.visit().isLetIn()).isTrue();
        assertThat(entrance.visit().isLetIn()).isTrue();
        assertThat(entrance.visit().isLetIn()).isFalse();
    }
}
