package dev.millrace.gateway.http.exchange;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** What the HTTP side counts; every name it uses is here. */
public final class HttpMeters {
    private final MeterRegistry registry;
    private final Counter events;
    private final Counter pauses;
    private final Timer firstToken;
    private final AtomicInteger sockets = new AtomicInteger();

    public HttpMeters(MeterRegistry registry) {
        this.registry = registry;
        this.events =
                Counter.builder("millrace.stream.events")
                        .description("Events written to clients")
                        .register(registry);
        this.pauses =
                Counter.builder("millrace.stream.pauses")
                        .description("Times a client read too slowly and its stream was paused")
                        .register(registry);
        this.firstToken =
                Timer.builder("millrace.time.to.first.token")
                        .description("From a completion request to its stream's first event")
                        .publishPercentileHistogram()
                        .minimumExpectedValue(Duration.ofMillis(1))
                        .maximumExpectedValue(Duration.ofMinutes(10))
                        .register(registry);
        gauge("millrace.http.sockets", "WebSockets that are open", sockets::get);
    }

    public void gauge(String name, String description, Supplier<Number> value) {
        Gauge.builder(name, value).description(description).register(registry);
    }

    /**
     * @param path as the table of routes has it
     */
    public void answered(String method, String path, int status) {
        registry.counter(
                        "millrace.http.requests",
                        "method",
                        method,
                        "path",
                        path,
                        "status",
                        Integer.toString(status))
                .increment();
    }

    public void wrote(int count) {
        events.increment(count);
    }

    public void paused() {
        pauses.increment();
    }

    public void firstToken(Duration wait) {
        firstToken.record(wait);
    }

    public void socketOpened() {
        sockets.incrementAndGet();
    }

    public void socketClosed() {
        sockets.decrementAndGet();
    }
}
