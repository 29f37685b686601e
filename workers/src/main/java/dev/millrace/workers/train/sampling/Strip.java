package dev.millrace.workers.train.sampling;

import dev.millrace.workers.train.pictures.PictureSheet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What clients see of some pictures: a column each, from the first preview down to the end. */
record Strip(int side, List<Atelier.Sitting> sittings) {
    private static final int COLUMNS = 6;
    private static final int PREVIEWS = 4;
    private static final int WARMING = 12;
    private static final int ZOOM = 2;

    Strip {
        sittings = List.copyOf(sittings);
    }

    /** Makes the pictures, after some that nobody sees. */
    static Strip of(Atelier atelier, int side) {
        for (int i = 0; i < WARMING; i++) {
            atelier.make(i);
        }
        var sittings = new ArrayList<Atelier.Sitting>();
        for (int i = 0; i < COLUMNS; i++) {
            sittings.add(atelier.make(i));
        }
        return new Strip(side, sittings);
    }

    void write(Path file) {
        var pictures = new ArrayList<float[]>();
        for (int row = 0; row <= PREVIEWS; row++) {
            for (var sitting : sittings) {
                pictures.add(zoomed(shown(sitting, row)));
            }
        }
        try {
            new PictureSheet(side * ZOOM, COLUMNS).write(file, pictures);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    /** Of a row, or what was there then; in the last one the finished picture. */
    static float[] shown(Atelier.Sitting sitting, int row) {
        var looks = sitting.looks();
        if (row == PREVIEWS || looks.isEmpty()) {
            return sitting.picture();
        }
        return looks.get(row * looks.size() / PREVIEWS).picture();
    }

    private float[] zoomed(float... picture) {
        int wide = side * ZOOM;
        var zoomed = new float[picture.length * ZOOM * ZOOM];
        for (int i = 0; i < zoomed.length; i++) {
            int row = i / wide % wide / ZOOM;
            int column = i % wide / ZOOM;
            zoomed[i] = picture[i / (wide * wide) * side * side + row * side + column];
        }
        return zoomed;
    }
}
