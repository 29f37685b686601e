package dev.millrace.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.millrace.bench.Finding.Outcome;
import dev.millrace.bench.Finding.ReadBandwidth;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Findings in a file, one JSON object a line, in the order in which they came. A line that was cut
 * off is as good as absent; of two about the same point the later one counts.
 */
final class Journal {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;
    private final Map<String, Finding> findings = new LinkedHashMap<>();

    /** Reads the file if it is there. */
    Journal(Path file) throws IOException {
        this.file = file;
        if (Files.exists(file)) {
            for (var line : Files.readAllLines(file)) {
                if (!line.isBlank()) {
                    read(line);
                }
            }
        }
    }

    /** What was found at a point, if it was measured. */
    Optional<Finding> find(Cell cell) {
        return Optional.ofNullable(findings.get(cell.id()));
    }

    void add(Finding finding) throws IOException {
        findings.put(finding.cell(), finding);
        Files.writeString(
                file,
                "\n" + write(finding) + "\n", // a line that was cut off before ends here
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    private void read(String line) {
        try {
            var json = JSON.readTree(line);
            if (json.path("complete").asBoolean()) {
                var finding = finding(json);
                findings.put(finding.cell(), finding);
            }
        } catch (JsonProcessingException e) {
            System.err.println("left out of " + file + ": " + e.getOriginalMessage());
        }
    }

    private static Finding finding(JsonNode json) {
        var outcomes = new LinkedHashMap<String, Outcome>();
        json.get("outcomes")
                .properties()
                .forEach(entry -> outcomes.put(entry.getKey(), outcome(entry.getValue())));
        var read = json.get("read");
        return new Finding(
                json.get("cell").asText(),
                new ReadBandwidth(
                        read.get("bytes").asLong(), sample(read.get("gigabytesPerSecond"))),
                outcomes);
    }

    private static Outcome outcome(JsonNode json) {
        return json.has("reason")
                ? new Outcome.NotAvailable(json.get("reason").asText())
                : new Outcome.Measured(sample(json.get("millis")), json.get("detail").asText());
    }

    private static Sample sample(JsonNode json) {
        return new Sample(
                json.get("p05").asDouble(),
                json.get("p50").asDouble(),
                json.get("p95").asDouble(),
                json.get("count").asInt());
    }

    private static String write(Finding finding) throws IOException {
        var json = JSON.createObjectNode().put("cell", finding.cell());
        var read = json.putObject("read").put("bytes", finding.read().bytes());
        put(read.putObject("gigabytesPerSecond"), finding.read().gigabytesPerSecond());
        var outcomes = json.putObject("outcomes");
        finding.sorted().forEach((peer, outcome) -> put(outcomes.putObject(peer), outcome));
        return JSON.writeValueAsString(json.put("complete", true));
    }

    private static void put(ObjectNode json, Outcome outcome) {
        switch (outcome) {
            case Outcome.Measured(var millis, var detail) -> {
                put(json.putObject("millis"), millis);
                json.put("detail", detail);
            }
            case Outcome.NotAvailable(var reason) -> json.put("reason", reason);
        }
    }

    private static void put(ObjectNode json, Sample sample) {
        json.put("p05", sample.p05())
                .put("p50", sample.p50())
                .put("p95", sample.p95())
                .put("count", sample.count());
    }
}
