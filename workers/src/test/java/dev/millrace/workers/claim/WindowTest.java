package dev.millrace.workers.claim;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WindowTest {
    private final Window window = new Window();

    @Test
    void it_reaches_from_the_oldest_job_held_to_the_newest_handed_out() {
        window.take(100);
        window.take(350);
        window.leave(350);

        assertThat(window.use()).isEqualTo(251);
    }

    @Test
    void it_is_empty_when_nothing_is_held() {
        window.take(100);
        window.leave(100);

        assertThat(window.use()).isZero();
    }
}
