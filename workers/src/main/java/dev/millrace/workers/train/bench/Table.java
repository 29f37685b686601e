package dev.millrace.workers.train.bench;

import java.io.PrintStream;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A table in Markdown, printed row by row. */
public final class Table {
    private final PrintStream out;

    /** Prints the head. */
    public Table(PrintStream out, String first, List<String> columns) {
        this.out = out;
        print(Stream.concat(Stream.of(first), columns.stream()));
        print(Stream.concat(Stream.of(first), columns.stream()).map(_ -> "---"));
    }

    public void row(String first, List<String> cells) {
        print(Stream.concat(Stream.of(first), cells.stream()));
    }

    private void print(Stream<String> cells) {
        out.println(cells.collect(Collectors.joining(" | ", "| ", " |")));
        out.flush();
    }
}
