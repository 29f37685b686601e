package dev.millrace.workers.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

class JournalTest {
    @TempDir private Path folder;
    private Path file = Path.of("");

    /** What is kept here. */
    record Note(String of, Map<String, Double> figures) {}

    private static Note note(String of) {
        return new Note(of, Map.of("é", 0.5));
    }

    @BeforeEach
    void name() {
        file = folder.resolve("notes.jsonl");
    }

    private Journal<Note> open() {
        return new Journal<>(file, Note.class);
    }

    @Test
    void what_was_kept_is_there_when_it_is_opened_again() {
        assertThat(open().all()).isEmpty();
        open().add(note("one"));
        var again = open();
        again.add(note("two"));

        assertThat(again.all()).containsExactly(note("one"), note("two"));
        assertThat(open().all()).containsExactly(note("one"), note("two"));
    }

    @Test
    void a_line_that_was_being_written_when_the_run_was_stopped_is_left_out() throws IOException {
        var journal = open();
        journal.add(note("one"));
        journal.add(note("two"));
        var text = Files.readString(file);
        Files.writeString(file, text.substring(0, text.length() - 5));

        var again = open();
        assertThat(again.all()).containsExactly(note("one"));
        again.add(note("3"));

        assertThat(open().all()).containsExactly(note("one"), note("3"));
    }

    @Test
    void two_runs_may_add_to_one_file() {
        var one = open();
        var other = open();
        one.add(note("one"));
        other.add(note("two"));
        one.add(note("three"));

        assertThat(open().all()).containsExactly(note("one"), note("two"), note("three"));
    }

    @Test
    void a_line_of_something_else_is_not_passed_over() throws IOException {
        Files.writeString(file, "{\"to\": 5}\n");

        assertThatThrownBy(this::open).hasMessageContaining("cannot read " + file);
    }
}
