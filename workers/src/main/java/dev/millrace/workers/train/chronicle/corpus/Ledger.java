package dev.millrace.workers.train.chronicle.corpus;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** What has been said of whom in one text, and what could be asked about it. */
final class Ledger {
    private static final int NEAREST = 10;
    private static final int ATTEMPTS = 64;
    private static final double SEVERAL_SHARE = 0.1;

    private final Split split;
    private final RandomGenerator random;
    private final boolean isTidy;
    private final boolean[] isUsed = new boolean[Phrasing.KEYS];
    private final boolean[] isSecondUsed = new boolean[Phrasing.SECONDS];
    private final boolean[] isOverwritten = new boolean[Phrasing.KEYS];
    private final int[] values = new int[Phrasing.KEYS];
    private final List<Integer> holders = new ArrayList<>();
    private final List<Candidate> candidates = new ArrayList<>();

    /**
     * What could be asked.
     *
     * @param other with whom the key lives, or the key itself
     * @param place where the fact was said, the earlier one of two
     */
    private record Candidate(Question.Kind kind, int key, int other, int place) {}

    Ledger(Split split, RandomGenerator random) {
        this.split = split;
        this.random = random;
        this.isTidy = random.nextInt(4) > 0;
    }

    /**
     * A key that has not come up yet. In three texts of four no two have the same second part while
     * there are others; in the fourth they are drawn without regard, and so share parts.
     */
    int newKey() {
        for (int i = 0; isTidy && i < ATTEMPTS; i++) {
            var key = random.nextInt(Phrasing.KEYS);
            if (!isSecondUsed[key % Phrasing.SECONDS]) {
                return used(key);
            }
        }
        while (true) {
            var key = random.nextInt(Phrasing.KEYS);
            if (!isUsed[key]) {
                return used(key);
            }
        }
    }

    private int used(int key) {
        isUsed[key] = true;
        isSecondUsed[key % Phrasing.SECONDS] = true;
        return key;
    }

    boolean hasHolders() {
        return !holders.isEmpty();
    }

    /** Any key that has a pass code. */
    int anyHolder() {
        return holders.get(random.nextInt(holders.size()));
    }

    /** A pass code that this text may say, other than the key's present one. */
    int newValue(int key) {
        while (true) {
            var value = random.nextInt(Phrasing.VALUES);
            if (Split.of(key, value) == split && value != values[key]) {
                return value;
            }
        }
    }

    boolean isOverwritten(int key) {
        return isOverwritten[key];
    }

    /** The key's first pass code is said at a place. */
    void hold(int key, int value, int place) {
        values[key] = value;
        holders.add(key);
        candidates.add(new Candidate(Question.Kind.SINGLE, key, key, place));
    }

    /** The key has another pass code from now on. */
    void overwrite(int key, int value, int place) {
        isOverwritten[key] = true;
        values[key] = value;
        candidates.removeIf(
                candidate -> candidate.key() == key && candidate.kind() == Question.Kind.SINGLE);
        candidates.add(new Candidate(Question.Kind.OVERWRITTEN, key, key, place));
    }

    /** A key lives with one that has a pass code, or will have one before anybody asks. */
    void livesWith(int key, int other, int place) {
        candidates.add(new Candidate(Question.Kind.TWO_HOP, key, other, place));
    }

    boolean hasQuestions() {
        return !candidates.isEmpty();
    }

    /** A question that has not been asked; how far back its fact lies is log-uniform. */
    Asked take(int now) {
        var candidate = takeCandidate(now);
        var several =
                candidate.kind() != Question.Kind.TWO_HOP
                        && hasQuestions()
                        && random.nextDouble() < SEVERAL_SHARE;
        if (several) {
            var second = takeCandidate(now);
            if (second.kind() != Question.Kind.TWO_HOP) {
                return new Asked(several(candidate, second), now - candidate.place());
            }
            candidates.add(second);
        }
        return new Asked(question(candidate), now - candidate.place());
    }

    /** A question, and how many tokens before it its fact was said. */
    record Asked(Question question, int distance) {}

    private Candidate takeCandidate(int now) {
        var distance =
                Math.exp(random.nextDouble() * Math.log(Math.max(1.1, now / (double) NEAREST)));
        var best = 0;
        var smallest = Double.POSITIVE_INFINITY;
        for (var i = 0; i < candidates.size(); i++) {
            var actual = (now - candidates.get(i).place()) / (double) NEAREST;
            var ratio = Math.max(actual / distance, distance / actual);
            if (ratio < smallest) {
                smallest = ratio;
                best = i;
            }
        }
        var last = candidates.removeLast();
        return best == candidates.size() ? last : candidates.set(best, last);
    }

    private Question question(Candidate candidate) {
        List<Statement> answer = new ArrayList<>();
        if (candidate.kind() == Question.Kind.TWO_HOP) {
            answer.add(new Statement.LivesWith(candidate.key(), candidate.other()));
        }
        answer.add(passCode(candidate.other()));
        return new Question(candidate.kind(), List.of(candidate.key()), answer);
    }

    private Question several(Candidate one, Candidate other) {
        return new Question(
                Question.Kind.SEVERAL,
                List.of(one.key(), other.key()),
                List.of(passCode(one.key()), passCode(other.key())));
    }

    private Statement passCode(int key) {
        return new Statement.PassCode(key, values[key], false);
    }
}
