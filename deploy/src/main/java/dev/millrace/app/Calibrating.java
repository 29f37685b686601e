package dev.millrace.app;

import dev.millrace.protocol.Quality;
import dev.millrace.workers.image.ImageFolder;
import dev.millrace.workers.image.ImageKind;
import dev.millrace.workers.image.Strategy;
import dev.millrace.workers.run.EngineSettings;
import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.train.flow.FlowCalibration;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** Measures a picture model on a device and keeps what was found. */
record Calibrating(Path file, FlowCalibration.Result found) {
    static Calibrating of(Path directory, String device, int pictures) throws IOException {
        var folder = ImageFolder.read(directory);
        var settings = new EngineSettings(1, false, Duration.ZERO, device);
        try (var model = ImageKind.load(folder, settings)) {
            var choice = Devices.named(device);
            var found = new FlowCalibration(model, folder, pictures, clock(folder, choice)).run();
            var file = Strategy.file(directory, choice);
            var calibrating = new Calibrating(file, found);
            found.strategy().write(file, calibrating.about());
            return calibrating;
        }
    }

    /** On one thread its own time, which other work on the machine does not add to. */
    private static LongSupplier clock(ImageFolder folder, Devices.Choice device) {
        boolean isAlone = device.isCpu() && ImageKind.threads(folder) == 1;
        return isAlone
                ? ManagementFactory.getThreadMXBean()::getCurrentThreadCpuTime
                : System::nanoTime;
    }

    private Map<String, Object> about() {
        Map<String, Object> about = new LinkedHashMap<>();
        about.put("sequential_seconds", rounded(found.sequential()));
        for (var quality : Strategy.QUALITIES) {
            Map<String, Object> measured = new LinkedHashMap<>();
            measured.put("seconds", rounded(seconds(quality)));
            measured.put("decibels", rounded(decibels(quality)));
            about.put(quality.word() + "_measured", measured);
        }
        return about;
    }

    private static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }

    private double seconds(Quality quality) {
        return found.seconds().getOrDefault(quality, 0.0);
    }

    private double decibels(Quality quality) {
        return found.decibels().getOrDefault(quality, 0.0);
    }

    /** For people. */
    List<String> lines() {
        var lines = new ArrayList<String>();
        lines.add("token by token: %.3f s a picture".formatted(found.sequential()));
        for (var quality : Strategy.QUALITIES) {
            lines.add(
                    "%s: %.3f s, %.1f times as fast, %.1f dB from the exact picture (%.0f wanted)"
                            .formatted(
                                    quality.word(),
                                    seconds(quality),
                                    found.sequential() / seconds(quality),
                                    decibels(quality),
                                    FlowCalibration.wanted(quality)));
        }
        lines.add("wrote " + file);
        return lines;
    }
}
