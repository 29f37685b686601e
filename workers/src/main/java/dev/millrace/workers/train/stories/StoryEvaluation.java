package dev.millrace.workers.train.stories;

import ai.djl.ndarray.NDManager;

import dev.millrace.workers.tensor.Torch;
import dev.millrace.workers.train.Seeds;
import dev.millrace.workers.train.tokens.Vocabulary;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Says how well a model has learned the grammar: its surprise at held-out documents against the
 * grammar's entropy, and what the checker finds in stories that it tells.
 *
 * <p>Half of the stories follow "Once upon a time", half follow an instruction, which they have to
 * obey.
 */
public final class StoryEvaluation {
    private static final int HELD_OUT_DOCUMENTS = 1000;
    private static final int ROWS = 250;
    private static final int TOKENS = 200;
    private static final double TEMPERATURE = 0.8;
    private static final long SEED = 20;

    private final StorySource source = new StorySource();
    private final StoryChecker checker = new StoryChecker(Grammar.stories());

    /**
     * The figures.
     *
     * @param loss nats per token on held-out documents
     * @param entropy the grammar's nats per token on the same documents
     * @param stories how many were sampled
     * @param known share of their complete sentences that the grammar can say
     * @param consistent share of the stories without a contradiction
     */
    public record Report(
            double loss, double entropy, int stories, double known, double consistent) {
        /** Nats per token that are left to learn. */
        public double gap() {
            return loss - entropy;
        }
    }

    /** The full evaluation of the model of a folder, with this many sampled stories. */
    public Report evaluate(Path folder, int stories) {
        return evaluate(folder, HELD_OUT_DOCUMENTS, stories);
    }

    /** Judges the model of a folder by this many held-out documents and sampled stories. */
    Report evaluate(Path folder, int documents, int stories) {
        Torch.prepareThread();
        Torch.useThreads(1);
        try (var manager = NDManager.newBaseManager()) {
            var model = new StoryModel(StoryShape.shipped(source.vocabulary().size()), manager, 0);
            model.load(folder);
            var heldOut = HeldOut.measure(model, source, documents);
            var verdicts =
                    verdicts(
                            stories,
                            (prompts, seed) ->
                                    new StorySampler(model, end(), TEMPERATURE, seed)
                                            .continued(manager, prompts, TOKENS));
            return judged(heldOut, verdicts);
        }
    }

    /**
     * What the checker finds in stories that the serving kernels tell.
     *
     * @param known share of their complete sentences that the grammar can say
     * @param consistent share of the stories without a contradiction
     */
    public record Told(double known, double consistent) {}

    /** Judges so many stories of the model of a folder, told with everything in sight or tails. */
    public Told tell(Path folder, boolean hasTails, int stories) {
        Torch.prepareThread();
        Torch.useThreads(1);
        try (var sampler = ServedSampler.open(folder, hasTails, end(), TEMPERATURE)) {
            var verdicts =
                    verdicts(stories, (prompts, seed) -> sampler.continued(prompts, TOKENS, seed));
            return new Told(known(verdicts), consistent(verdicts));
        }
    }

    private static double known(List<StoryChecker.Verdict> verdicts) {
        int sentences = verdicts.stream().mapToInt(StoryChecker.Verdict::sentences).sum();
        int known = verdicts.stream().mapToInt(StoryChecker.Verdict::known).sum();
        return (double) known / sentences;
    }

    private static double consistent(List<StoryChecker.Verdict> verdicts) {
        long consistent = verdicts.stream().filter(StoryChecker.Verdict::isConsistent).count();
        return (double) consistent / verdicts.size();
    }

    private static Report judged(HeldOut heldOut, List<StoryChecker.Verdict> verdicts) {
        return new Report(
                heldOut.loss(),
                heldOut.entropy(),
                verdicts.size(),
                known(verdicts),
                consistent(verdicts));
    }

    private int end() {
        return source.vocabulary().id(Vocabulary.END);
    }

    /** Continues prompts; different ones with another seed. */
    @FunctionalInterface
    private interface Teller {
        List<List<Integer>> continued(List<List<Integer>> prompts, long seed);
    }

    private List<StoryChecker.Verdict> verdicts(int stories, Teller teller) {
        var vocabulary = source.vocabulary();
        var prompts = IntStream.range(0, stories).mapToObj(this::prompt).toList();
        List<StoryChecker.Verdict> verdicts = new ArrayList<>();
        for (var start = 0; start < stories; start += ROWS) {
            var batch = prompts.subList(start, Math.min(start + ROWS, stories));
            var ids = batch.stream().map(vocabulary::encode).toList();
            var told =
                    teller.continued(ids, SEED + start).stream().map(vocabulary::decode).toList();
            for (var i = 0; i < told.size(); i++) {
                verdicts.add(verdict(batch.get(i), told.get(i)));
            }
        }
        return verdicts;
    }

    /** The instruction's own sentences are not the model's. */
    private StoryChecker.Verdict verdict(String prompt, String told) {
        var whole = checker.check(told);
        var given = checker.check(prompt);
        return new StoryChecker.Verdict(
                whole.sentences() - given.sentences(),
                whole.known() - given.known(),
                whole.contradictions(),
                whole.derivation());
    }

    private String prompt(int story) {
        if (story % 2 == 0) {
            return Vocabulary.BEGIN + "Once upon a time";
        }
        var turn = source.turn(new SplittableRandom(Seeds.mix(SEED, story)));
        return Vocabulary.BEGIN
                + turn.substring(0, turn.indexOf(Vocabulary.ASSISTANT))
                + Vocabulary.ASSISTANT;
    }
}
