package dev.millrace.app.bench;

import com.fasterxml.jackson.databind.ObjectMapper;

import dev.millrace.app.ChildJvm;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The figures of the path from a worker's emit to a client. Ends in lines {@code RESULT
 * name=number}.
 */
public final class StreamBench {
    private static final String UP = "dev.millrace.app.Millrace";
    private static final int STREAMS = 64;
    private static final int CONNECTIONS = 1000;
    private static final int ENDLESS = 5_000_000;
    private static final Duration SERVER_PATIENCE = Duration.ofMinutes(5);
    private static final String MOST_HEAP = "-Xmx1g"; // the launcher's default

    private final PrintStream out;
    private final boolean quick;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /**
     * @param quick seconds instead of minutes per figure; good for a look, not for a table
     */
    public StreamBench(PrintStream out, boolean quick) {
        this.out = out;
        this.quick = quick;
    }

    public void run() throws IOException, InterruptedException {
        out.println("machine: " + ProcessTable.machine());
        up();
        served(20, STREAMS, this::paced);
        served(0, STREAMS, this::saturated);
        served(
                20,
                STREAMS,
                server -> connections(server, CONNECTIONS, "1,000 connections to 1,000 jobs"));
        served(20, STREAMS, server -> connections(server, STREAMS, "1,000 subscribers of 64 jobs"));
        new ReadBackBench(out, quick).run();
    }

    private double seconds(double whole, double brief) {
        return quick ? brief : whole;
    }

    /** The shipped app with the shipped models: time to ready, memory, time to first token. */
    private void up() throws IOException, InterruptedException {
        var ready = new ArrayList<Double>();
        for (int run = 0; run < (quick ? 2 : 5); run++) {
            long start = System.nanoTime();
            try (var app =
                    ChildJvm.start(
                            List.of(
                                    MOST_HEAP,
                                    "-Dmillrace.home=" + System.getProperty("millrace.home", ".")),
                            Map.of(),
                            UP,
                            List.of("up", "--port", "0", "--management-port", "0"))) {
                var url = URI.create(app.awaitReady());
                ready.add((System.nanoTime() - start) / 1e9);
                if (run == 0) {
                    Thread.sleep(Duration.ofSeconds(5));
                    result("rss_mb", ProcessTable.residentMiB(app.pid()));
                    firstToken(url);
                }
            }
        }
        var stats = Stats.of(ready.stream().mapToDouble(Double::doubleValue).toArray());
        out.println("ready, seconds: " + stats);
        result("ready_s", stats.p50());
    }

    private void firstToken(URI url) throws IOException, InterruptedException {
        var model =
                new ObjectMapper()
                        .readTree(get(url.resolve("/v1/models")))
                        .path("data")
                        .path(0)
                        .path("id")
                        .asText();
        var body =
                "{\"model\":\""
                        + model
                        + "\",\"prompt\":\"Once upon a time there was"
                        + " a\",\"max_tokens\":4,\"stream\":true}";
        int runs = quick ? 20 : 200;
        var millis = new double[runs];
        for (int i = -10; i < runs; i++) {
            long start = System.nanoTime();
            var response =
                    http.send(
                            post(url.resolve("/v1/completions"), body),
                            HttpResponse.BodyHandlers.ofLines());
            try (var lines = response.body()) {
                var _ = lines.filter(line -> line.startsWith("data: {")).findFirst();
                millis[Math.max(0, i)] = (System.nanoTime() - start) / 1e6;
            }
            Thread.sleep(50);
        }
        var stats = Stats.of(millis);
        out.println("first token after the request, idle, milliseconds: " + stats);
        result("ttft_ms_p50", stats.p50());
    }

    /** A server with the source that needs no model. */
    private record Server(ChildJvm process, URI url) {
        double cpu() {
            return ProcessTable.cpuSeconds(process.pid());
        }

        long heap() {
            process.tell("heap");
            return Long.parseLong(process.awaitLine("heap=", SERVER_PATIENCE));
        }
    }

    private interface Part {
        void measure(Server server) throws IOException, InterruptedException;
    }

    private void served(int paceMillis, int slots, Part part)
            throws IOException, InterruptedException {
        var main = BenchServer.class.getName();
        try (var process =
                ChildJvm.start(
                        List.of(MOST_HEAP),
                        Map.of(),
                        main,
                        List.of(Integer.toString(paceMillis), Integer.toString(slots)))) {
            var url = URI.create(process.awaitReady().split(" ", -1)[0]);
            part.measure(new Server(process, url));
        }
    }

    /** 64 streams at 20 ms per token: how long a token is under way. */
    private void paced(Server server) throws IOException, InterruptedException {
        double measure = seconds(60, 10);
        try (var client =
                client(
                        server.url(),
                        seconds(15, 5),
                        measure,
                        submit(server.url(), STREAMS, ENDLESS))) {
            var report = report(client, measure);
            out.println("64 streams, 20 ms per token: " + report);
            result("emit_ms_p50", report.number("emit_ms_p50"));
            result("emit_ms_p99", report.number("emit_ms_p99"));
        }
    }

    /** 64 streams as fast as they can: what a token costs. */
    private void saturated(Server server) throws IOException, InterruptedException {
        double warmUp = seconds(60, 8);
        double measure = seconds(30, 8);
        long began = System.nanoTime();
        try (var client =
                client(server.url(), warmUp, measure, submit(server.url(), STREAMS, ENDLESS))) {
            sleepUntil(began, warmUp);
            double cpu = server.cpu();
            long from = System.nanoTime();
            sleepUntil(began, warmUp + measure);
            double used = server.cpu() - cpu;
            double span = (System.nanoTime() - from) / 1e9;
            var report = report(client, measure);
            double perSecond = report.number("deltas") / measure;
            out.printf(
                    Locale.ROOT,
                    "saturated: %.0f tokens/s at %.2f cores (client not counted)%n",
                    perSecond,
                    used / span);
            result("tokens_per_s", perSecond);
            result("cpu_us_per_token", used / span / perSecond * 1e6);
        }
    }

    /** Many connections at once, of which 64 jobs run at a time. */
    private void connections(Server server, int jobs, String what)
            throws IOException, InterruptedException {
        long idle = server.heap();
        var ids = submit(server.url(), jobs, jobs == CONNECTIONS ? 100 : 1000);
        var followed = new ArrayList<String>();
        IntStream.range(0, CONNECTIONS).forEach(i -> followed.add(ids.get(i % ids.size())));
        double measure = seconds(120, 60);
        try (var client = client(server.url(), 0, measure, followed)) {
            client.awaitLine("connected=", SERVER_PATIENCE);
            Thread.sleep(Duration.ofSeconds(5));
            double perConnection = (server.heap() - idle) / 1024.0 / CONNECTIONS;
            var report = report(client, measure);
            out.printf(
                    Locale.ROOT,
                    "%s: %.1f KiB of heap per connection, %s%n",
                    what,
                    perConnection,
                    report);
            if (jobs == CONNECTIONS) {
                result("heap_kb_per_stream", perConnection);
            }
            if (report.number("failed") > 0 || report.number("ended") < CONNECTIONS) {
                throw new IOException(
                        what + ": every connection should see its stream's end, saw " + report);
            }
        }
    }

    private List<String> submit(URI url, int jobs, int tokens)
            throws IOException, InterruptedException {
        var json = new ObjectMapper();
        var ids = new ArrayList<String>();
        for (int i = 0; i < jobs; i++) {
            var body =
                    "{\"model\":\"synthetic\",\"input\":{\"prompt\":\"x\"},\"parameters\":{\"max_tokens\":"
                            + tokens
                            + ",\"seed\":"
                            + i
                            + "}}";
            var response =
                    http.send(
                            post(url.resolve("/v1/jobs"), body),
                            HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 202) {
                throw new IOException(
                        "expected 202, was " + response.statusCode() + ": " + response.body());
            }
            ids.add(json.readTree(response.body()).path("id").asText());
        }
        return Collections.unmodifiableList(ids);
    }

    private static HttpRequest post(URI url, String body) {
        return HttpRequest.newBuilder(url)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8))
                .build();
    }

    private String get(URI url) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(url).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private static ChildJvm client(URI url, double warmUp, double measure, List<String> jobs) {
        var arguments =
                new ArrayList<>(
                        List.of(url.toString(), Double.toString(warmUp), Double.toString(measure)));
        arguments.addAll(jobs);
        return ChildJvm.start(List.of("-Xmx256m"), Map.of(), LoadClient.class.getName(), arguments);
    }

    /** Waits for the client's end and reads what it printed. */
    private static Report report(ChildJvm client, double measure) {
        var patience = SERVER_PATIENCE.plusSeconds((long) measure);
        return Report.parse(client.awaitLine("report ", patience));
    }

    private static void sleepUntil(long began, double seconds) throws InterruptedException {
        long nanos = began + (long) (seconds * 1e9) - System.nanoTime();
        Thread.sleep(Duration.ofNanos(Math.max(0, nanos)));
    }

    private void result(String name, double value) {
        out.printf(Locale.ROOT, "RESULT %s=%.3f%n", name, value);
    }
}
