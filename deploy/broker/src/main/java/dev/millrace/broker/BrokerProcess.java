package dev.millrace.broker;

import java.nio.file.Path;

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
        try {
            run(start(arguments));
        } catch (BrokerStartException | IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }

    private static EmbeddedBroker start(String[] arguments) {
        return switch (arguments.length) {
            case 0 -> EmbeddedBroker.ephemeral();
            case 1 -> EmbeddedBroker.persistent(Path.of(arguments[0]));
            case 2 ->
                    EmbeddedBroker.persistent(
                            Path.of(arguments[0]), Integer.parseInt(arguments[1]));
            default -> throw new IllegalArgumentException("expected [DIRECTORY [PORT]]");
        };
    }

    private static void run(EmbeddedBroker broker) throws InterruptedException {
        Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "broker-stop"));
        System.out.println("ready " + broker.bootstrap());
        var parent = ProcessHandle.current().parent();
        if (parent.isPresent()) {
            parent.get().onExit().join();
        } else {
            Thread.currentThread().join(); // for ever: nobody is there to outlive
        }
        System.exit(0);
    }
}
