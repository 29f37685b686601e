package dev.millrace.workers.train.energy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The machine's own counter of the energy that its processor has taken, where it may be read. */
record Joules(Path counter) {
    private static final Path RAPL = Path.of("/sys/class/powercap/intel-rapl:0/energy_uj");

    static Optional<Joules> find() {
        return Files.isReadable(RAPL) ? Optional.of(new Joules(RAPL)) : Optional.empty();
    }

    /** Since some time or other; only differences mean something. */
    double read() {
        try {
            return Double.parseDouble(Files.readString(counter).strip()) / 1e6;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
