package dev.millrace.workers.train;

import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * What has been found out so far, a record for each line of JSON, so that a run that was stopped
 * goes on. A line that breaks off is left out: the run was stopped while it was written. Several
 * runs may add to a file.
 */
public final class Journal<T extends Record> {
    private static final JsonMapper JSON = new JsonMapper();

    private final Path file;
    private final List<T> all = new ArrayList<>();

    /** Reads what a file has, if it is there. */
    public Journal(Path file, Class<T> type) {
        this.file = file;
        try {
            if (Files.exists(file)) {
                for (var line : Files.readAllLines(file)) {
                    read(line, type);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    private void read(String line, Class<T> type) throws IOException {
        try {
            all.add(JSON.treeToValue(JSON.readTree(line), type));
        } catch (JsonEOFException _) {
            // breaks off
        }
    }

    /** In the order in which they were found out. */
    public List<T> all() {
        return List.copyOf(all);
    }

    public void add(T one) {
        try {
            var line = JSON.writeValueAsString(one) + "\n";
            Files.writeString(
                    file,
                    breaksOff() ? "\n" + line : line,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
        all.add(one);
    }

    private boolean breaksOff() throws IOException {
        if (!Files.exists(file) || Files.size(file) == 0) {
            return false;
        }
        try (var channel = FileChannel.open(file)) {
            var last = ByteBuffer.allocate(1);
            channel.read(last, channel.size() - 1);
            return last.get(0) != '\n';
        }
    }
}
