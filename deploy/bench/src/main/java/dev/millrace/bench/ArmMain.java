package dev.millrace.bench;

import dev.millrace.bench.arms.Arm;
import dev.millrace.bench.arms.Job;
import dev.millrace.bench.arms.Peer;
import dev.millrace.bench.arms.Refusal;
import dev.millrace.bench.weights.ModelFiles;
import dev.millrace.bench.weights.Precision;
import dev.millrace.bench.weights.Shape;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.StringJoiner;

/**
 * One decoder in a process of its own: answers each line of its input with one line of its output.
 * Lines that do not begin with {@value #MARK} are what libraries print.
 */
final class ArmMain {
    /** Begins every answer. */
    static final String MARK = "ARM ";

    /** Tokens of the text that all decoders begin with. */
    static final int BEGINNING = 16;

    private static final int WARM_STEPS = 3;
    private static final int PATIENCE = 10;
    private static final double BETTER = 0.9;

    private final Arm arm;
    private final Cell cell;

    private ArmMain(Arm arm, Cell cell) {
        this.arm = arm;
        this.cell = cell;
    }

    /** Takes a peer, a folder of models, a shape, a precision, a batch, a context and its room. */
    public static void main(String[] args) throws IOException {
        var peer = Peer.valueOf(args[0]);
        var cell =
                new Cell(
                        Shape.named(args[2]),
                        Precision.valueOf(args[3]),
                        Integer.parseInt(args[4]),
                        Integer.parseInt(args[5]));
        var job =
                new Job(
                        new ModelFiles(Path.of(args[1])),
                        cell.shape(),
                        cell.precision(),
                        cell.batch(),
                        cell.context() + Integer.parseInt(args[6]));
        var out = System.out;
        try (var arm = peer.open(job)) {
            answer(out, "ready " + arm.detail());
            new ArmMain(arm, cell).serve(out);
        } catch (Refusal e) {
            answer(out, "refused " + e.getMessage());
        }
    }

    private static void answer(PrintStream out, String line) {
        out.println(MARK + line);
        out.flush();
    }

    private void serve(PrintStream out) throws IOException {
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (var line = in.readLine(); line != null; line = in.readLine()) {
            var words = line.split(" ", 2);
            answer(
                    out,
                    switch (words[0]) {
                        case "begin" -> begin(Path.of(words[1]));
                        case "fill" -> fill();
                        case "warm" -> warm(Long.parseLong(words[1]));
                        case "turn" -> turn(Integer.parseInt(words[1]));
                        default -> throw new IllegalArgumentException("no such command: " + line);
                    });
        }
    }

    /** Decodes the beginning; writes the logits of the last sequence after each token, as f32. */
    private String begin(Path logits) throws IOException {
        int vocabulary = cell.shape().vocabulary();
        var bytes =
                ByteBuffer.allocate(BEGINNING * vocabulary * Float.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN);
        for (int position = 0; position < BEGINNING; position++) {
            step(position);
            bytes.asFloatBuffer().put(arm.logits(cell.batch() - 1));
            bytes.position(bytes.position() + vocabulary * Float.BYTES);
        }
        Files.write(logits, bytes.array());
        return "begun";
    }

    private void step(int position) {
        arm.step(Text.at(position, cell.batch(), cell.shape().vocabulary()));
    }

    private String fill() {
        arm.fill(cell.context());
        return "filled";
    }

    /**
     * Decodes until steps have not become faster for so long: then the compiler is done. No longer
     * than {@value #PATIENCE} times that, and at least a few steps.
     */
    private String warm(long millis) {
        long began = System.nanoTime();
        long improved = began;
        long best = Long.MAX_VALUE;
        int done = 0;
        long now = began;
        while (done < WARM_STEPS
                || (now - improved < millis * 1_000_000
                        && now - began < PATIENCE * millis * 1_000_000)) {
            long before = System.nanoTime();
            step(cell.context());
            now = System.nanoTime();
            arm.rewind(cell.context());
            if (now - before < BETTER * best) {
                improved = now;
            }
            best = Math.min(best, now - before);
            done++;
        }
        return "warmed " + done;
    }

    /**
     * Decodes so many tokens after the context and forgets them; tells the time of each in ms. A
     * few steps before them bring back into the caches what the others have displaced.
     */
    private String turn(int steps) {
        warm(0);
        var tokens = new int[steps][];
        Arrays.setAll(
                tokens, i -> Text.at(cell.context() + i, cell.batch(), cell.shape().vocabulary()));
        var times = new StringJoiner(" ", "times ", "");
        for (int i = 0; i < steps; i++) {
            long began = System.nanoTime();
            arm.step(tokens[i]);
            times.add(String.format(Locale.ROOT, "%.6f", (System.nanoTime() - began) / 1e6));
        }
        arm.rewind(cell.context());
        return times.toString();
    }
}
