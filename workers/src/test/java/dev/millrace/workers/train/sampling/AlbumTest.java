package dev.millrace.workers.train.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

class AlbumTest {
    @TempDir private Path folder;

    private Album open(String name) {
        return open("4711 cpu 1", name);
    }

    private Album open(String of, String name) {
        return new Album(folder.resolve("findings.jsonl"), of, name, 3);
    }

    @Test
    void pictures_of_other_weights_are_others() {
        open("4711 cpu 1", "window f32 1").add(0, 0, 0);

        assertThat(open("4712 cpu 1", "window f32 1").size()).isZero();
    }

    @Test
    void a_run_goes_on_with_what_an_earlier_one_made() {
        open("window f32 1").add(-1, 0.25f, 1);

        var again = open("window f32 1");
        assertThat(again.size()).isOne();
        again.add(0, 0, 0);

        assertThat(open("window f32 1").all()).hasSize(2);
        assertThat(open("window f32 1").all().getFirst())
                .containsExactly(new float[] {-1, 0.25f, 1}, within(0.004f));
        assertThat(open("window f32 2").size()).isZero();
    }

    @Test
    void half_a_picture_is_made_again() throws IOException {
        open("a").add(1, 1, 1);
        try (var files = Files.list(folder)) {
            var file = files.findFirst().orElseThrow();
            Files.write(file, new byte[] {7, 7}, StandardOpenOption.APPEND);
        }

        var again = open("a");
        again.add(-1, -1, -1);

        assertThat(again.all()).hasSize(2);
        assertThat(again.all().getLast()).containsExactly(-1, -1, -1);
    }

    @Test
    void a_picture_of_another_size_is_refused() {
        assertThatThrownBy(() -> open("a").add(1, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must have 3 values, had 2");
    }
}
