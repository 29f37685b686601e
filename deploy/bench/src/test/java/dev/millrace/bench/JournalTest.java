package dev.millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bench.Finding.Outcome;
import dev.millrace.bench.Finding.ReadBandwidth;
import dev.millrace.bench.weights.Precision;
import dev.millrace.bench.weights.Shape;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

final class JournalTest {
    private static final Cell CELL = new Cell(Shape.M25, Precision.BF16, 16, 256);
    private static final Finding FINDING =
            new Finding(
                    CELL.id(),
                    new ReadBandwidth(1000, new Sample(9, 10, 11, 5)),
                    Map.of(
                            "ours", new Outcome.Measured(new Sample(1, 2, 3, 4), "Vector API"),
                            "jlama", new Outcome.NotAvailable("one sequence at a time")));

    @TempDir private Path folder;

    @Test
    void what_was_found_is_found_again_by_the_next_run() throws IOException {
        var file = folder.resolve("peers.jsonl");
        new Journal(file).add(FINDING);

        var next = new Journal(file);

        assertThat(next.find(CELL)).contains(FINDING);
        assertThat(next.find(new Cell(Shape.M25, Precision.BF16, 4, 256))).isEmpty();
    }

    @Test
    void a_line_that_was_cut_off_is_measured_again_and_spoils_nothing_after_it()
            throws IOException {
        var file = folder.resolve("peers.jsonl");
        Files.writeString(file, "{\"cell\":\"2m_f32_b1_c256\",\"rea", StandardOpenOption.CREATE);

        new Journal(file).add(FINDING);

        assertThat(new Journal(file).find(CELL)).contains(FINDING);
        assertThat(new Journal(file).find(new Cell(Shape.M2, Precision.F32, 1, 256))).isEmpty();
    }
}
