package dev.millrace.contract;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A process that claims one job and holds it until it is killed: the only way to lose a connection
 * without a word.
 */
final class Holder {
    private Holder() {}

    public static void main(String[] arguments) throws InterruptedException {
        try (var slot = new Slot(arguments[0], arguments[1], arguments[2])) {
            System.out.println("holds " + slot.claim().offset());
            ProcessHandle.current().parent().orElseThrow().onExit().join();
        }
    }

    static Process start(String bootstrap, Queue queue) throws IOException {
        var command = new ArrayList<String>();
        command.add(ProcessHandle.current().info().command().orElseThrow());
        command.addAll(
                List.of(
                        "-Xmx128m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path")));
        command.add(Holder.class.getName());
        command.addAll(List.of(bootstrap, queue.group(), queue.topic()));
        return new ProcessBuilder(command).start();
    }
}
