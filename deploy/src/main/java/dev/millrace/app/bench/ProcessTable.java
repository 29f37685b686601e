package dev.millrace.app.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** What the kernel knows of processes and of the machine (Linux). */
final class ProcessTable {
    /** Linux reports CPU time in hundredths of a second on every platform we run on. */
    private static final double TICKS_PER_SECOND = 100;

    private static final int USER_TICKS = 11;
    private static final int SYSTEM_TICKS = 12;

    private ProcessTable() {}

    /** User and system time of a process so far, in seconds. */
    static double cpuSeconds(long pid) {
        var stat = read("/proc/" + pid + "/stat");
        var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[SYSTEM_TICKS]))
                / TICKS_PER_SECOND;
    }

    /** Resident memory of a process, in MiB. */
    static double residentMiB(long pid) {
        for (var line : read("/proc/" + pid + "/status").split("\n", -1)) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
            }
        }
        throw new IllegalStateException("no resident memory of process " + pid);
    }

    /** The machine in one line. */
    static String machine() {
        var model = "unknown processor";
        for (var line : read("/proc/cpuinfo").split("\n", -1)) {
            if (line.startsWith("model name")) {
                model = line.substring(line.indexOf(':') + 1).strip();
                break;
            }
        }
        long memory =
                Long.parseLong(
                        read("/proc/meminfo")
                                .lines()
                                .findFirst()
                                .orElse("0")
                                .replaceAll("\\D", ""));
        return String.format(
                Locale.ROOT,
                "%d cores, %s, %d GiB, %s, JDK %s, load %s",
                Runtime.getRuntime().availableProcessors(),
                model,
                memory >> 20,
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                Runtime.version(),
                read("/proc/loadavg").split(" ", -1)[0]);
    }

    private static String read(String path) {
        try {
            return Files.readString(Path.of(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
