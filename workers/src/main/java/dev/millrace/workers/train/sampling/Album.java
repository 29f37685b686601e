package dev.millrace.workers.train.sampling;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Pictures beside a file of findings, a byte for each value as in a PNG, so that a run that was
 * stopped need not make them again.
 */
final class Album {
    private static final float HALF = 127.5f;

    private final Path file;
    private final int values;
    private int size;

    /**
     * Opens it; half a picture at its end is dropped.
     *
     * @param of which weights and where, as findings have it
     * @param name of what makes them
     */
    Album(Path findings, String of, String name, int values) {
        var word = (of + ' ' + name).toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.]+", "-");
        this.file = findings.resolveSibling(findings.getFileName() + "." + word + ".pictures");
        this.values = values;
        try {
            if (Files.exists(file)) {
                size = Math.toIntExact(Files.size(file) / values);
                cut();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    private void cut() throws IOException {
        try (var channel = Files.newByteChannel(file, StandardOpenOption.WRITE)) {
            channel.truncate((long) size * values);
        }
    }

    int size() {
        return size;
    }

    /** Values are in [-1, 1]. */
    void add(float... picture) {
        if (picture.length != values) {
            throw new IllegalArgumentException(
                    "a picture must have %d values, had %d".formatted(values, picture.length));
        }
        var bytes = new byte[values];
        for (int i = 0; i < values; i++) {
            bytes[i] = (byte) Math.round((picture[i] + 1) * HALF);
        }
        try {
            Files.write(file, bytes, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
        size++;
    }

    List<float[]> all() {
        try {
            byte[] bytes = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
            var all = new ArrayList<float[]>();
            for (int at = 0; at + values <= bytes.length; at += values) {
                var picture = new float[values];
                for (int i = 0; i < values; i++) {
                    picture[i] = (bytes[at + i] & 0xFF) / HALF - 1;
                }
                all.add(picture);
            }
            return all;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
