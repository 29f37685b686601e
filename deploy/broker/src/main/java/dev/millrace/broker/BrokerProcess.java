package dev.millrace.broker;

import java.nio.file.Path;
import java.util.List;

/**
 * The broker as a process of its own, for those who want to kill it or to measure without it.
 *
 * <p>{@code BrokerProcess [DIRECTORY [PORT]]}: prints {@code ready HOST:PORT} when it serves
 * clients; SIGTERM stops it cleanly. It also stops when the process that started it is gone, so
 * that a killed test leaves nothing behind.
 */
public final class BrokerProcess {
    private BrokerProcess() {}

    public static void main(String[] arguments) throws InterruptedException {
        var parent =
                ProcessHandle.current()
                        .parent(); // asked first: an orphan's parent is somebody else
        try {
            var broker = start(arguments);
            Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "broker-stop"));
            System.out.println("ready " + broker.bootstrap());
        } catch (BrokerStartException | IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
        if (parent.isPresent()) {
            parent.get().onExit().join();
            System.exit(0);
        }
        Thread.currentThread().join(); // until a signal: there is nobody to outlive
    }

    private static EmbeddedBroker start(String[] arguments) {
        return switch (arguments.length) {
            case 0 -> EmbeddedBroker.ephemeral();
            case 1 -> EmbeddedBroker.persistent(Path.of(arguments[0]));
            case 2 ->
                    EmbeddedBroker.persistent(
                            Path.of(arguments[0]), Integer.parseInt(arguments[1]));
            default ->
                    throw new IllegalArgumentException(
                            "expected [DIRECTORY [PORT]], was " + List.of(arguments));
        };
    }
}
