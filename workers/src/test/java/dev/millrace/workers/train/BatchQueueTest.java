package dev.millrace.workers.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class BatchQueueTest {
    @Test
    void batches_come_in_the_order_of_their_steps() {
        try (var queue = new BatchQueue<>(step -> step * 10, 3, 40)) {
            for (var step = 3; step < 40; step++) {
                assertThat(queue.take()).isEqualTo(step * 10L);
            }
        }
    }

    @Test
    void a_batch_that_cannot_be_made_stops_the_run() {
        try (var queue =
                new BatchQueue<Long>(
                        _ -> {
                            throw new IllegalArgumentException("none");
                        },
                        0,
                        1)) {
            assertThatThrownBy(queue::take)
                    .isInstanceOf(IllegalStateException.class)
                    .hasRootCauseMessage("none");
        }
    }
}
