package dev.millrace.broker;

import org.apache.kafka.server.ServerSocketFactory;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The broker's two sockets, bound before it starts: a port that was free when it was looked at may
 * be taken when it is used, a bound one cannot.
 *
 * <p>Clients' ports are drawn from below the range out of which systems number outgoing
 * connections, so that no connection can take the port while the broker is away (a client that
 * keeps connecting can even meet itself there).
 */
final class Listeners implements ServerSocketFactory, AutoCloseable {
    static final int ANY_PORT = 0;
    private static final int LOWEST_PORT = 20_000;
    private static final int HIGHEST_PORT = 32_767;
    private static final int TRIES = 200;
    private static final int BACKLOG = 128;

    private final ServerSocketChannel clients;
    private final ServerSocketChannel controller;

    private Listeners(ServerSocketChannel clients, ServerSocketChannel controller) {
        this.clients = clients;
        this.controller = controller;
    }

    /**
     * Binds the asked port for clients ({@link #ANY_PORT}: a free one), and any port for the
     * controller.
     */
    static Listeners bind(int port) throws IOException {
        var clients = port == ANY_PORT ? bindFreePort() : bindPort(port);
        try {
            return new Listeners(clients, bindPort(ANY_PORT));
        } catch (IOException e) {
            clients.close();
            throw e;
        }
    }

    int clientPort() {
        return clients.socket().getLocalPort();
    }

    int controllerPort() {
        return controller.socket().getLocalPort();
    }

    @Override
    public ServerSocketChannel openServerSocket(
            String listenerName, InetSocketAddress address, int backlog, int receiveBufferSize) {
        return listenerName.equals(BrokerSettings.CONTROLLER) ? controller : clients;
    }

    @Override
    public void close() throws IOException {
        try (clients) {
            controller.close();
        }
    }

    private static ServerSocketChannel bindFreePort() throws IOException {
        for (int i = 0; i < TRIES; i++) {
            try {
                return bindPort(ThreadLocalRandom.current().nextInt(LOWEST_PORT, HIGHEST_PORT + 1));
            } catch (IOException _) {
                // taken: draw again
            }
        }
        return bindPort(ANY_PORT);
    }

    private static ServerSocketChannel bindPort(int port) throws IOException {
        var channel = ServerSocketChannel.open();
        try {
            channel.configureBlocking(false);
            channel.bind(
                    new InetSocketAddress(InetAddress.ofLiteral(BrokerSettings.HOST), port),
                    BACKLOG);
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }
}
