package dev.millrace.workers.train.longtext;

import dev.millrace.workers.text.kernels.DecoderKernels;
import dev.millrace.workers.text.kernels.DecoderKernels.Step;
import dev.millrace.workers.text.kernels.Logits;
import dev.millrace.workers.text.kv.KvCache;
import dev.millrace.workers.text.kv.chunk.ChunkSelector;
import dev.millrace.workers.text.kv.chunk.Chunks;

import java.util.List;
import java.util.Optional;

/** Goes on with a text that has been read, token by token, in one arm's way. */
final class ArmReading {
    private final Bench bench;
    private final Arm arm;
    private final ReadText text;
    private final DecoderKernels decoder;
    private final Bench.Part part;
    private final Optional<Chunks> chunks;
    private final Optional<OracleSelector> oracle;
    private final Optional<Trace> watched;
    private final Logits logits = new Logits();
    private long steps;
    private double attended;

    /** Takes over what has been read. */
    ArmReading(Bench bench, Arm arm, ReadText text) {
        this.bench = bench;
        this.arm = arm;
        this.text = text;
        this.decoder =
                arm.way() == Arm.Way.DENSE_LIBTORCH
                        ? bench.reader()
                        : bench.decoder(arm.adapters());
        this.part = bench.part(arm.adapters());
        this.oracle =
                arm.way() == Arm.Way.ORACLE
                        ? Optional.of(
                                new OracleSelector(
                                        bench.model(),
                                        text.cache(),
                                        part.scorers() / part.layers(),
                                        arm.settings().most()))
                        : Optional.empty();
        this.chunks = newChunks();
        int width = bench.model().config().queryWidth();
        this.watched = oracle.map(_ -> new Trace(part.layers(), width));
        catchUp();
    }

    private Optional<Chunks> newChunks() {
        var adapters = bench.of(arm.adapters());
        return switch (arm.way()) {
            case DENSE, DENSE_LIBTORCH -> Optional.empty();
            case SCORED ->
                    Optional.of(new Chunks(arm.settings(), adapters.width(), adapters.weights()));
            case RANDOM -> Optional.of(chunks(new RandomSelector(arm.settings().most())));
            case ORACLE -> Optional.of(chunks(oracle.orElseThrow()));
        };
    }

    private Chunks chunks(ChunkSelector selector) {
        return new Chunks(arm.settings(), selector, part.scorers(), part.width());
    }

    /** Takes over what has been read since. */
    void catchUp() {
        chunks.ifPresent(some -> {
            while (some.length() < text.length()) {
                var token = text.trace().token(some.length());
                some.appendPrompt(token.boundary(), part.keys().of(token.keys()));
            }
            some.select(part.queries().of(text.trace().query()));
        });
        float[] nothing = new float[part.layers() * bench.model().config().queryWidth()];
        watched.ifPresent(some -> {
            while (some.length() < text.length()) {
                some.skip(nothing);
            }
        });
    }

    /** A state to come back to. */
    record Mark(Optional<Chunks.Mark> chunks, Optional<Chunks.Mark> watched) {}

    Mark mark() {
        return new Mark(chunks.map(Chunks::mark), watched.map(Chunks::mark));
    }

    /** Forgets everything after a mark; the text has been taken back before. */
    void backTo(Mark mark) {
        mark.chunks().ifPresent(some -> chunks.orElseThrow().backTo(some));
        mark.watched().ifPresent(some -> watched.orElseThrow().backTo(some));
    }

    /** The logits of what follows a token. */
    float[] step(int token) {
        var cache = text.cache();
        watched.ifPresent(some -> foresee(some, cache, token));
        chunks.ifPresentOrElse(cache::selectWith, cache::seeAll);
        double before = shares();
        decoder.decode(List.of(new Step(cache, token)), logits);
        steps++;
        attended += shares() - before;
        return logits.row(0);
    }

    /** Of all steps so far, what they attended to. */
    private double shares() {
        return chunks.map(some -> some.attended().shares()).orElse((double) steps);
    }

    /** Selects by the attention that the token itself has when it sees everything. */
    private void foresee(Trace seen, KvCache cache, int token) {
        cache.selectWith(seen);
        bench.watcher().decode(List.of(new Step(cache, token)), logits);
        oracle.orElseThrow().foresee(seen.query());
        cache.forgetFrom(cache.length() - 1);
    }

    /** Mean share of the tokens held that a step has attended to. */
    double attendedFraction() {
        return steps == 0 ? 1 : attended / steps;
    }

    Arm arm() {
        return arm;
    }
}
