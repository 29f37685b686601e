package dev.millrace.system;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.millrace.app.ChildJvm;
import dev.millrace.app.GatewayClient;
import dev.millrace.app.GatewayClient.SseEvent;
import dev.millrace.broker.EmbeddedBroker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** A broker in this JVM; gateways and workers as processes of their own, each by its name. */
final class Stage implements AutoCloseable {
    static final String LOCK = "2s";
    static final String MODEL = "stories";
    private static final String MILLRACE = "dev.millrace.app.Millrace";
    private static final List<String> SMALL = List.of("-Xmx384m");

    final EmbeddedBroker broker;
    private final Path directory;
    private final Path model;
    private final Map<String, ChildJvm> nodes = new ConcurrentHashMap<>();
    private final Map<String, URI> urls = new LinkedHashMap<>();

    Stage(Path directory) {
        this(directory, shippedModel());
    }

    /** Whose workers serve this model, which is called as the shipped one is. */
    Stage(Path directory, Path model) {
        this.directory = directory;
        this.model = model;
        this.broker = EmbeddedBroker.persistent(directory.resolve("broker"));
    }

    Stage gateway(String name) {
        return gateway(name, Map.of());
    }

    Stage gateway(String name, Map<String, String> more) {
        var environment = new HashMap<>(more);
        environment.put("MILLRACE_BOOTSTRAP", broker.bootstrap());
        environment.put("MILLRACE_GATEWAY_ID", name);
        var node =
                ChildJvm.start(
                        SMALL,
                        environment,
                        MILLRACE,
                        List.of("gateway", "--port", "0", "--management-port", "0"));
        nodes.put(name, node);
        urls.put(name, URI.create(node.awaitReady()));
        return this;
    }

    /** Starts workers side by side and waits for all of them. */
    Stage workers(String... names) {
        for (var name : names) {
            startWorker(name, Map.of());
        }
        for (var name : names) {
            node(name).awaitReady();
        }
        return this;
    }

    void startWorker(String name, Map<String, String> more) {
        nodes.put(
                name, ChildJvm.start(SMALL, environment(name, more), MILLRACE, List.of("worker")));
    }

    /**
     * A worker that stops just before it sends its first record of this type, until it is let go.
     */
    Stage holdingWorker(String name, String type) throws IOException {
        var properties = directory.resolve(name + ".properties");
        Files.write(
                properties,
                List.of(
                        "interceptor.classes=" + Holding.class.getName(),
                        Holding.TYPE + "=" + type,
                        Holding.FILE + "=" + held(name)));
        startWorker(name, Map.of("MILLRACE_KAFKA_PROPERTIES", properties.toString()));
        node(name).awaitReady();
        return this;
    }

    Stage faultyWorker(String name, String fault, Map<String, String> more) {
        var node =
                ChildJvm.start(
                        SMALL,
                        environment(name, more),
                        FaultyWorker.class.getName(),
                        List.of(fault));
        nodes.put(name, node);
        node.awaitReady();
        return this;
    }

    /** The file that exists while a worker is held. */
    Path held(String name) {
        return directory.resolve(name + ".held");
    }

    private Map<String, String> environment(String name, Map<String, String> more) {
        var environment = new HashMap<String, String>();
        environment.put("MILLRACE_BOOTSTRAP", broker.bootstrap());
        environment.put("MILLRACE_WORKER_ID", name);
        environment.put("MILLRACE_MODEL", model.toString());
        environment.put("MILLRACE_SLOTS", "2");
        environment.put("MILLRACE_LOCK", LOCK);
        environment.put("MILLRACE_DETERMINISTIC", "true");
        environment.put("MILLRACE_PACE", "5ms");
        environment.put("MILLRACE_MANAGEMENT_PORT", "0");
        environment.putAll(more);
        return environment;
    }

    /** The model that ships. */
    static Path shippedModel() {
        var base = Path.of("").toAbsolutePath();
        return (Files.exists(base.resolve("models")) ? base : base.resolve("deploy"))
                .resolve("models")
                .resolve(MODEL);
    }

    boolean hasNode(String name) {
        return nodes.containsKey(name);
    }

    ChildJvm node(String name) {
        return Objects.requireNonNull(nodes.get(name), name);
    }

    URI url(String gateway) {
        return Objects.requireNonNull(urls.get(gateway), gateway);
    }

    String submit(String gateway, int tokens, long seed) {
        return submit(gateway, tokens, seed, Duration.ofMinutes(5));
    }

    String submit(String gateway, int tokens, long seed, Duration deadline) {
        return post(gateway, tokens, seed, deadline).get("id").asText();
    }

    /** With an attention that the request names, and a log probability with each token. */
    String submit(String gateway, int tokens, long seed, String attention) {
        var body = body(tokens, seed, Duration.ofMinutes(5));
        body.withObject("/parameters").put("attention", attention).put("logprobs", 0);
        return post(gateway, body).get("id").asText();
    }

    /** Submits a job; what the gateway answers. */
    JsonNode post(String gateway, int tokens, long seed, Duration deadline) {
        return post(gateway, body(tokens, seed, deadline));
    }

    private static ObjectNode body(int tokens, long seed, Duration deadline) {
        var body = GatewayClient.JSON.createObjectNode().put("model", MODEL);
        body.putObject("input").put("prompt", "Once upon a time");
        body.putObject("parameters")
                .put("max_tokens", tokens)
                .put("seed", seed)
                .put("temperature", 0.8);
        return body.put("deadline", deadline.toSeconds());
    }

    /** Submits what a body says; what the gateway answers. */
    JsonNode post(String gateway, JsonNode body) {
        try (var client = new GatewayClient(url(gateway))) {
            awaitServed(client);
            return client.post("/v1/jobs", body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Cancels a job. */
    void cancel(String gateway, String job) {
        try (var client = new GatewayClient(url(gateway))) {
            client.post("/v1/jobs/" + job + "/cancel", GatewayClient.JSON.createObjectNode());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Waits until a gateway knows of a model. */
    void awaitServed(String gateway) {
        try (var client = new GatewayClient(url(gateway))) {
            awaitServed(client);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** A gateway learns of a model a moment after the model's worker is ready. */
    private static void awaitServed(GatewayClient client) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (client.get("/v1/models").path("data").isEmpty()) {
            if (System.nanoTime() > deadline) {
                throw new IOException("no model is served");
            }
            Thread.sleep(20);
        }
    }

    /** Follows a stream to its end; what the client sees is handed over as it comes. */
    Transcript follow(String gateway, String job, Predicate<SseEvent> sink) {
        var events = new ArrayList<SseEvent>();
        follow(gateway, job, "", events, sink);
        return new Transcript(events);
    }

    Transcript follow(String gateway, String job) {
        return follow(gateway, job, _ -> true);
    }

    /** Follows a job and kills its worker when this many tokens have been seen, and one more. */
    Transcript followAndKill(String gateway, String job, int at) {
        return followAndKill(gateway, job, "delta", at + 1);
    }

    /** Follows a job and kills its worker at the n-th event of a type. */
    Transcript followAndKill(String gateway, String job, String type, int n) {
        var worker = new StringBuilder();
        var seen = new AtomicInteger();
        return follow(
                gateway,
                job,
                event -> {
                    if (event.type().equals("claimed")) {
                        worker.setLength(0);
                        worker.append(event.data().path("worker").asText());
                    }
                    if (event.type().equals(type) && seen.incrementAndGet() == n) {
                        node(worker.toString()).kill();
                    }
                    return true;
                });
    }

    /**
     * Follows from a cursor, and adds to what was seen before; false if the connection broke or the
     * sink had enough.
     */
    boolean follow(
            String gateway,
            String job,
            String after,
            List<SseEvent> seen,
            Predicate<SseEvent> sink) {
        try (var client = new GatewayClient(url(gateway))) {
            client.follow(
                    job,
                    after,
                    event -> {
                        seen.add(event);
                        return sink.test(event);
                    });
        } catch (IOException | UncheckedIOException _) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        return !seen.isEmpty() && seen.getLast().isTerminal();
    }

    /** Runs dead jobs again: what the command says, a line for each. */
    List<String> replay(String... jobs) throws InterruptedException {
        var arguments =
                new ArrayList<>(
                        List.of("jobs", "replay", "--bootstrap", broker.bootstrap(), MODEL));
        arguments.addAll(List.of(jobs));
        return command(arguments);
    }

    /** Runs a command of the command line; what it says, line by line. */
    static List<String> command(List<String> arguments) throws InterruptedException {
        try (var command = ChildJvm.start(SMALL, Map.of(), MILLRACE, arguments)) {
            return command.output(Duration.ofSeconds(60));
        }
    }

    /** What the same request says when nothing happens to it. */
    Transcript undisturbed(String gateway, int tokens, long seed) {
        return follow(gateway, submit(gateway, tokens, seed)).isWhole();
    }

    @Override
    public void close() {
        nodes.values().forEach(ChildJvm::resume);
        nodes.values().forEach(ChildJvm::kill);
        broker.close();
    }
}
