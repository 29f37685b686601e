package dev.millrace.workers.text;

import dev.millrace.protocol.Body;
import dev.millrace.protocol.FinishReason;
import dev.millrace.protocol.Usage;
import dev.millrace.workers.run.Outcome;
import dev.millrace.workers.run.PromisedWork;
import dev.millrace.workers.run.Telling;
import dev.millrace.workers.text.kernels.DecoderKernels.Step;
import dev.millrace.workers.text.kv.KvCache;
import dev.millrace.workers.text.kv.KvStore;
import dev.millrace.workers.text.kv.PrefixCache;
import dev.millrace.workers.text.kv.chunk.Attended;
import dev.millrace.workers.text.kv.chunk.Chunks;
import dev.millrace.workers.text.sample.Sampler;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.Optional;

/** One job in the engine: its state, and what a step's result does to it. The engine's thread. */
final class Sequence {
    private final TextModel model;
    private final Demand demand;
    private final long kvBytes;
    private final List<Integer> said;
    private final Answer answer;
    private final Telling telling;
    private final PromisedWork work;
    private Generation state = new Generation.Waiting();
    private int ahead;
    private int copiedTokens;

    /**
     * @param kvBytes of memory that it takes
     * @param opening the answer as far as the stream has it
     */
    Sequence(
            TextModel model,
            Demand demand,
            long kvBytes,
            Opening opening,
            Telling telling,
            PromisedWork work) {
        this.model = model;
        this.demand = demand;
        this.kvBytes = kvBytes;
        this.said = opening.said().tokens();
        this.answer = opening.answer();
        this.ahead = opening.ahead();
        this.telling = telling;
        this.work = work;
    }

    boolean isWaiting() {
        return state instanceof Generation.Waiting;
    }

    boolean isPrefilling() {
        return state instanceof Generation.Prefilling;
    }

    boolean isFinished() {
        return state instanceof Generation.Finished;
    }

    /**
     * Ends it at once if what the stream has is the whole answer; only its end was missing. What a
     * sequence selected belongs to its end, and only going through it again can tell.
     */
    void completeIfWhole() {
        if (!demand.look().selects()) {
            answer.finish().ifPresent(this::complete);
        }
    }

    /** Whether anybody still wants it. */
    boolean isWanted() {
        return !work.isStopped() && telling.isHeard();
    }

    /** Takes the memory it may come to need; false while there is too little. */
    boolean admit(KvStore store, PrefixCache prefixes) {
        var cache = demand.take(store, prefixes);
        cache.ifPresent(memory -> state = new Generation.Waiting().toPrefilling(memory));
        return cache.isPresent();
    }

    /** Takes the prompt in a little further: copies what is kept of it, then computes the rest. */
    void prefill(Intake intake, Sampler sampler) {
        if (!(state instanceof Generation.Prefilling prefilling)) {
            throw new IllegalStateException("not prefilling");
        }
        var cache = prefilling.cache();
        if (cache.length() == copiedTokens && copies(intake, cache)) {
            return;
        }
        intake.compute(demand, cache);
        if (cache.length() < demand.prompt().length) {
            return;
        }
        var toReplay = answer.finish().isPresent() ? said.subList(0, said.size() - 1) : said;
        if (toReplay.isEmpty()) {
            choose(sampler, intake.next()).ifPresent(token -> state = prefilling.toDecoding(token));
        } else {
            state = prefilling.toReplaying(toReplay);
        }
    }

    private boolean copies(Intake intake, KvCache cache) {
        int copied = intake.copy(demand, cache);
        copiedTokens += copied;
        return copied > 0;
    }

    /** What it does in the next shared step; nothing while its prompt is not in. */
    Optional<Step> step() {
        return switch (state) {
            case Generation.Replaying replaying -> Optional.of(replaying.step());
            case Generation.Decoding decoding -> Optional.of(decoding.step());
            case Generation.Waiting(), Generation.Prefilling(_), Generation.Finished() ->
                    Optional.empty();
        };
    }

    /** Goes on with the logits of its step. */
    void advance(Sampler sampler, float... row) {
        switch (state) {
            case Generation.Replaying replaying when !replaying.isLast() ->
                    state = replaying.toNext();
            case Generation.Replaying replaying ->
                    choose(sampler, row).ifPresent(token -> state = replaying.toDecoding(token));
            case Generation.Decoding decoding ->
                    choose(sampler, row).ifPresent(token -> state = decoding.toDecoding(token));
            case Generation.Waiting(), Generation.Prefilling(_), Generation.Finished() ->
                    throw new IllegalStateException("has no step");
        }
    }

    /** Draws the next token and says it; nothing if the answer is complete, then or before. */
    private Optional<Integer> choose(Sampler sampler, float... row) {
        if (answer.finish().isPresent()) {
            complete(answer.finish().get());
            return Optional.empty();
        }
        var drawn = sampler.next(FloatBuffer.wrap(row), demand.parameters(), answer.tokens());
        if (model.ends().contains(drawn.token())) {
            sayText(fresh(answer.end()));
        } else {
            var text = fresh(answer.add(drawn.token()));
            var logprobs = Logprobs.of(model.tokenizer(), drawn);
            boolean isBoundary = chunks().map(Chunks::isAtBoundary).orElse(false);
            telling.say(new Body.Delta(text, List.of(drawn.token()), logprobs, isBoundary));
        }
        answer.finish().ifPresent(this::complete);
        return answer.finish().isEmpty() ? Optional.of(drawn.token()) : Optional.empty();
    }

    /**
     * Without what the stream has already: text released at the end of an answer that was not
     * ended.
     */
    private String fresh(String text) {
        int known = Math.min(ahead, text.length());
        ahead -= known;
        return text.substring(known);
    }

    private void sayText(String text) {
        if (!text.isEmpty()) {
            telling.say(new Body.Delta(text, List.of(), List.of()));
        }
    }

    private void complete(FinishReason reason) {
        var attended = attended();
        var usage =
                new Usage(
                        demand.prompt().length,
                        answer.tokens(),
                        attended.fraction(),
                        attended.selections(),
                        kvBytes,
                        copiedTokens);
        finish(new Outcome.Answered(new Body.Completed(reason, usage)));
    }

    /** What its answer's tokens have looked at so far. */
    Attended attended() {
        return chunks().map(Chunks::attended).orElse(Attended.NOTHING);
    }

    private Optional<Chunks> chunks() {
        return state.memory().flatMap(KvCache::chunks);
    }

    /** Frees its memory and tells the slot how it ended. */
    void finish(Outcome outcome) {
        state = state.toFinished();
        work.finish(outcome);
    }
}
