package dev.millrace.app;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Another JVM on this one's class path and with its flags: what the bench measures, and what
 * whole-system tests kill. It is ready when it prints a line that starts with {@code ready}; its
 * log goes to this process's standard error.
 */
public final class ChildJvm implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(90);
    private static final String READY = "ready";

    private final Process process;
    private final Thread reader;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    private ChildJvm(Process process) {
        this.process = process;
        this.reader = Thread.ofVirtual().start(this::readOutput);
    }

    /**
     * Starts it.
     *
     * @param flags more options for the JVM
     * @param main the name of a main class
     */
    public static ChildJvm start(
            List<String> flags,
            Map<String, String> environment,
            String main,
            List<String> arguments) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(inheritedFlags());
        command.addAll(flags);
        command.addAll(List.of("-cp", classPath(), main));
        command.addAll(arguments);
        var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(environment);
        try {
            return new ChildJvm(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All but what belongs to this JVM alone: agents and heap sizes. */
    private static List<String> inheritedFlags() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> !flag.startsWith("-javaagent") && !flag.startsWith("-Xm"))
                .toList();
    }

    private static String classPath() {
        return System.getProperty(
                "surefire.test.class.path", System.getProperty("java.class.path"));
    }

    private void readOutput() {
        try (var reader =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (var line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(line);
            }
        } catch (IOException _) {
            lines.add(""); // it has ended, which is for those who wait to find out
        }
    }

    /**
     * Waits for the ready line.
     *
     * @return what follows the word
     */
    public String awaitReady() {
        return awaitLine(READY, START);
    }

    /**
     * Waits for a line of its standard output; earlier lines are passed over.
     *
     * @return what follows the prefix
     * @throws IllegalStateException if it does not come in time
     */
    public String awaitLine(String prefix, Duration atMost) {
        long deadline = System.nanoTime() + atMost.toNanos();
        try {
            while (System.nanoTime() < deadline && (process.isAlive() || !lines.isEmpty())) {
                var line = lines.poll(100, TimeUnit.MILLISECONDS);
                if (line != null && line.startsWith(prefix)) {
                    return line.substring(prefix.length()).strip();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        throw new IllegalStateException(
                "the process said no line that starts with '"
                        + prefix
                        + "'"
                        + (process.isAlive() ? "" : " and ended"));
    }

    /**
     * Waits for its end; what it has said and nobody has waited for.
     *
     * @throws IllegalStateException if it does not end in time
     */
    public List<String> output(Duration atMost) throws InterruptedException {
        if (!awaitEnd(atMost) || !reader.join(atMost)) {
            throw new IllegalStateException("the process should have ended within " + atMost);
        }
        return List.copyOf(lines);
    }

    /** Writes a line to its standard input. */
    public void tell(String line) {
        try {
            process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public long pid() {
        return process.pid();
    }

    /** {@code kill -9}. */
    public void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    /** SIGTERM; tells whether it ended in time. */
    public boolean terminate(Duration grace) throws InterruptedException {
        process.destroy();
        return awaitEnd(grace);
    }

    public boolean awaitEnd(Duration atMost) throws InterruptedException {
        return process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** SIGSTOP: it hangs, its connections stay open. */
    public void pause() {
        signal("STOP");
    }

    /** SIGCONT. */
    public void resume() {
        signal("CONT");
    }

    private void signal(String signal) {
        try {
            new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        kill();
    }
}
