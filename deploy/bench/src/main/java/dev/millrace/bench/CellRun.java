package dev.millrace.bench;

import dev.millrace.bench.Finding.Outcome;
import dev.millrace.bench.Finding.ReadBandwidth;
import dev.millrace.bench.arms.Peer;
import dev.millrace.bench.arms.Refusal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Measures one point: starts the decoders, holds them to ours, lets them decode in turns. */
final class CellRun implements AutoCloseable {
    private static final long MOST_BYTES = 12_000_000_000L;
    private static final Duration MOST_WAITING = Duration.ofMinutes(10);
    private static final long READ_NANOS = 100_000_000;

    private final Cell cell;
    private final Plan plan;
    private final Path models;
    private final List<ArmProcess> arms = new ArrayList<>();
    private final Map<Peer, List<Double>> millis = new EnumMap<>(Peer.class);
    private final Map<String, Outcome> outcomes = new TreeMap<>();

    private CellRun(Cell cell, Plan plan, Path models) {
        this.cell = cell;
        this.plan = plan;
        this.models = models;
    }

    /**
     * Measures it.
     *
     * @throws Disagreement if a decoder computes something else than ours
     */
    static Finding of(Cell cell, Plan plan, Path models) throws IOException, InterruptedException {
        try (var run = new CellRun(cell, plan, models)) {
            return run.measure();
        }
    }

    private Finding measure() throws IOException, InterruptedException {
        for (var peer : Peer.values()) {
            start(peer);
        }
        compare();
        each(arm -> arm.ask("fill", "filled", MOST_WAITING));
        each(arm -> arm.ask("warm " + plan.warming().toMillis(), "warmed", MOST_WAITING));
        try (var read = new ReadBenchmark(weightBytes())) {
            read.warm(plan.warming().toNanos() / 2);
            for (int turn = 0; turn < plan.turns(); turn++) {
                read.turn(READ_NANOS);
                turn(turn);
            }
            finish();
            return new Finding(cell.id(), new ReadBandwidth(read.bytes(), read.sample()), outcomes);
        }
    }

    private long weightBytes() {
        return (long) (cell.shape().parameters() * cell.precision().bytesPerWeight());
    }

    private void start(Peer peer) throws IOException, InterruptedException {
        var opened = new ArrayList<>(arms.stream().map(ArmProcess::peer).toList());
        opened.add(peer);
        long bytes = cell.bytes(opened);
        if (bytes > MOST_BYTES) {
            refuse(peer, String.format(Locale.ROOT, "the cell would take %.1f GB", bytes / 1e9));
            return;
        }
        try {
            arms.add(ArmProcess.start(peer, cell, models, plan.room()));
        } catch (Refusal e) {
            refuse(peer, String.valueOf(e.getMessage()));
        }
    }

    private void refuse(Peer peer, String reason) {
        outcomes.put(peer.word(), new Outcome.NotAvailable(reason));
    }

    /** All decode the same beginning. */
    private void compare() throws IOException, InterruptedException {
        var logits = new EnumMap<Peer, byte[]>(Peer.class);
        each(arm -> {
            var file = models.resolve(arm.peer().word() + ".logits");
            arm.ask("begin " + file, "begun", MOST_WAITING);
            logits.put(arm.peer(), Files.readAllBytes(file));
            Files.delete(file);
        });
        byte[] ours = logits.remove(Peer.OURS);
        if (ours == null) {
            throw new Disagreement(cell.id() + ": ours does not run: " + outcomes.get("ours"));
        }
        logits.forEach((peer, theirs) -> compare(peer, theirs, ours));
    }

    private void compare(Peer peer, byte[] theirs, byte[] ours) {
        double difference = Agreement.difference(theirs, ours);
        int same = Agreement.sameGreedy(theirs, ours, ArmMain.BEGINNING);
        boolean isSame = same == ArmMain.BEGINNING || !Agreement.mustBeGreedy(cell.precision());
        var told =
                String.format(
                        Locale.ROOT,
                        "%s: %s's logits differ from ours by %.2e of their size (allowed %.0e),"
                                + " greedy tokens agree in %d of %d steps",
                        cell.id(),
                        peer.word(),
                        difference,
                        Agreement.allowed(cell.precision()),
                        same,
                        ArmMain.BEGINNING);
        System.err.println(told);
        if (!(difference <= Agreement.allowed(cell.precision())) || !isSame) {
            throw new Disagreement(told);
        }
    }

    private interface Act {
        void on(ArmProcess arm) throws Refusal, IOException, InterruptedException;
    }

    /** One after the other; who refuses is out. */
    private void each(Act act) throws IOException, InterruptedException {
        for (var arm : List.copyOf(arms)) {
            act(arm, act);
        }
    }

    private void act(ArmProcess arm, Act act) throws IOException, InterruptedException {
        try {
            act.on(arm);
        } catch (Refusal e) {
            refuse(arm.peer(), String.valueOf(e.getMessage()));
            arms.remove(arm);
            arm.close();
        }
    }

    /** Each turn begins with another one. */
    private void turn(int turn) throws IOException, InterruptedException {
        var order = new ArrayList<>(arms);
        Collections.rotate(order, turn);
        for (var arm : order) {
            if (spent(arm.peer()) < plan.longest().toMillis()) {
                act(arm, this::turn);
            }
        }
    }

    private void turn(ArmProcess arm) throws Refusal, IOException, InterruptedException {
        var times = arm.ask("turn " + plan.steps(), "times ", MOST_WAITING);
        var all = millis.computeIfAbsent(arm.peer(), _ -> new ArrayList<>());
        for (var time : times.split(" ", -1)) {
            all.add(Double.parseDouble(time));
        }
    }

    private double spent(Peer peer) {
        return millis.getOrDefault(peer, List.of()).stream().mapToDouble(each -> each).sum();
    }

    private void finish() {
        for (var arm : arms) {
            var all = millis.getOrDefault(arm.peer(), List.of());
            var sample = Sample.of(all.stream().mapToDouble(each -> each).toArray());
            outcomes.put(arm.peer().word(), new Outcome.Measured(sample, arm.detail()));
        }
    }

    @Override
    public void close() throws IOException {
        for (var arm : arms) {
            arm.close();
        }
    }
}
