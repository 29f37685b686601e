package dev.millrace.bench;

import dev.millrace.bench.arms.Peer;
import dev.millrace.bench.arms.Refusal;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * An {@link ArmMain} as its parent sees it. What it prints besides its answers, and on stderr, goes
 * to a log file.
 */
final class ArmProcess implements AutoCloseable {
    private static final Duration MOST_STARTING = Duration.ofMinutes(10);

    private final Peer peer;
    private final Process process;
    private final BufferedReader from;
    private final BufferedWriter to;
    private final ExecutorService reading = Executors.newVirtualThreadPerTaskExecutor();
    private String detail = "";

    private ArmProcess(Peer peer, Process process) {
        this.peer = peer;
        this.process = process;
        this.from = process.inputReader();
        this.to = process.outputWriter();
    }

    /**
     * Starts it and waits until the model is loaded.
     *
     * @param room tokens that fit beyond the cell's context
     * @throws Refusal if it cannot do the job
     */
    static ArmProcess start(Peer peer, Cell cell, Path models, int room)
            throws Refusal, IOException, InterruptedException {
        var log = models.resolve(peer.word() + ".log").toFile();
        var process =
                new ProcessBuilder(command(peer, cell, models, room))
                        .redirectError(Redirect.appendTo(log))
                        .start();
        var arm = new ArmProcess(peer, process);
        try {
            arm.detail = arm.answer("ready ", MOST_STARTING);
            return arm;
        } catch (Refusal e) {
            arm.close();
            throw e;
        }
    }

    private static List<String> command(Peer peer, Cell cell, Path models, int room) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add(ArmMain.class.getName());
        command.addAll(
                List.of(
                        peer.name(),
                        models.toString(),
                        cell.shape().name(),
                        cell.precision().name(),
                        Integer.toString(cell.batch()),
                        Integer.toString(cell.context()),
                        Integer.toString(room)));
        return command;
    }

    Peer peer() {
        return peer;
    }

    String detail() {
        return detail;
    }

    /**
     * Sends a command and gives what follows {@code expected} in the answer.
     *
     * @throws Refusal if the process ends or does not answer in time
     */
    String ask(String command, String expected, Duration most)
            throws Refusal, InterruptedException {
        try {
            to.write(command + "\n");
            to.flush();
        } catch (IOException e) {
            throw new Refusal("ended with status " + process.waitFor() + ", see its log", e);
        }
        return answer(expected, most);
    }

    private String answer(String expected, Duration most) throws Refusal, InterruptedException {
        var line = line(most);
        if (line.startsWith("refused ")) {
            throw new Refusal(line.substring("refused ".length()));
        }
        if (!line.startsWith(expected)) {
            throw new Refusal("answered \"" + line + "\" where \"" + expected + "\" was expected");
        }
        return line.substring(expected.length());
    }

    private String line(Duration most) throws Refusal, InterruptedException {
        var next = reading.submit(this::nextLine);
        try {
            return next.get(most.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            process.destroyForcibly();
            throw new Refusal("no answer within " + most.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            throw new Refusal("ended with status " + process.waitFor() + ", see its log", e);
        }
    }

    private String nextLine() throws IOException {
        for (var line = from.readLine(); line != null; line = from.readLine()) {
            if (line.startsWith(ArmMain.MARK)) {
                return line.substring(ArmMain.MARK.length());
            }
        }
        throw new IOException("the process has ended");
    }

    /** Ends its input, upon which it ends. */
    @Override
    public void close() {
        try {
            endInput();
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        reading.close();
    }

    private void endInput() {
        try {
            to.close();
        } catch (IOException e) {
            process.destroyForcibly(); // it has ended already, or reads no more
        }
    }
}
