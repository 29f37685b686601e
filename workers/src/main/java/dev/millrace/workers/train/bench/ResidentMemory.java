package dev.millrace.workers.train.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the process holds of the machine's memory. */
public final class ResidentMemory {
    private ResidentMemory() {}

    /** After what the heap holds and nobody needs has been dropped: that is no growth. */
    public static double mebibytes() {
        System.gc();
        return read("VmRSS:");
    }

    /** The most that it ever was. */
    public static double peakMebibytes() {
        return read("VmHWM:");
    }

    private static double read(String key) {
        try {
            for (var line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith(key)) {
                    return Double.parseDouble(line.replaceAll("\\D", "")) / 1024;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new IllegalStateException("/proc/self/status has no " + key);
    }
}
