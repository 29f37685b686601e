package dev.millrace.app.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;
import java.util.stream.DoubleStream;

/**
 * Many SSE connections on one thread, as light as can be, since it shares the machine with what it
 * measures.
 *
 * <p>Arguments: the gateway's URL, a warm-up and a measuring time in seconds, and the jobs to
 * follow (one connection each, a job may stand there more than once). Prints {@code name=value}
 * lines: events in the measuring time, streams ended, connections failed, and the times from emit
 * to here if the texts bear nanoseconds.
 */
public final class LoadClient {
    private static final int BUFFER = 1 << 18;

    private final Selector selector;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
    private final long measureFrom;
    private final long measureTo;
    private final DoubleStream.Builder millis = DoubleStream.builder(); // millions
    private long deltas;
    private int ended;
    private int failed;

    private LoadClient(Selector selector, long measureFrom, long measureTo) {
        this.selector = selector;
        this.measureFrom = measureFrom;
        this.measureTo = measureTo;
    }

    public static void main(String[] arguments) throws IOException {
        var url = URI.create(arguments[0]);
        double warmUp = Double.parseDouble(arguments[1]);
        double measure = Double.parseDouble(arguments[2]);
        long start = System.nanoTime() + (long) (warmUp * 1e9);
        try (var selector = Selector.open()) {
            var client = new LoadClient(selector, start, start + (long) (measure * 1e9));
            for (int i = 3; i < arguments.length; i++) {
                client.connect(url, arguments[i]);
            }
            System.out.println("connected=" + (arguments.length - 3));
            client.run(arguments.length - 3);
            client.print();
        }
    }

    private void connect(URI url, String job) throws IOException {
        var channel = SocketChannel.open(new InetSocketAddress(url.getHost(), url.getPort()));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        var request =
                "GET /v1/jobs/"
                        + job
                        + "/events HTTP/1.1\r\nHost: "
                        + url.getAuthority()
                        + "\r\nAccept: text/event-stream\r\n\r\n";
        channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ, new SseCounter());
    }

    private void run(int connections) throws IOException {
        while (System.nanoTime() < measureTo && ended + failed < connections) {
            selector.select(this::read, 100);
        }
    }

    private void read(SelectionKey key) {
        var channel = (SocketChannel) key.channel();
        var counter = (SseCounter) key.attachment();
        try {
            buffer.clear();
            if (channel.read(buffer) < 0) {
                throw new IOException("closed before the end");
            }
            long now = System.nanoTime();
            counter.read(buffer.flip(), (type, number) -> event(key, now, type, number));
        } catch (IOException _) {
            failed++;
            key.cancel();
        }
    }

    private void event(SelectionKey key, long now, String type, long number) {
        switch (type) {
            case "delta" -> {
                if (now >= measureFrom && now < measureTo) {
                    deltas++;
                    if (number > 0) {
                        millis.add((now - number) / 1e6);
                    }
                }
            }
            case "completed" -> {
                ended++;
                key.cancel();
            }
            case "failed", "cancelled", "expired" -> {
                failed++;
                key.cancel();
            }
            default -> {}
        }
    }

    private void print() {
        var numbers = new TreeMap<String, Double>();
        numbers.put("deltas", (double) deltas);
        numbers.put("ended", (double) ended);
        numbers.put("failed", (double) failed);
        double[] measured = millis.build().toArray();
        if (measured.length > 0) {
            var stats = Stats.of(measured);
            numbers.put("emit_ms_p50", stats.p50());
            numbers.put("emit_ms_p99", stats.p99());
            numbers.put("emit_ms_max", stats.max());
        }
        System.out.println("report " + new Report(numbers));
    }
}
