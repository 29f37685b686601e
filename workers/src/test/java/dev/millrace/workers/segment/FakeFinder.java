package dev.millrace.workers.segment;

import dev.millrace.protocol.MaskPrompt;
import dev.millrace.workers.segment.mask.Box;
import dev.millrace.workers.segment.mask.Mask;
import dev.millrace.workers.segment.mask.Nms;
import dev.millrace.workers.segment.picture.Picture;
import dev.millrace.workers.segment.zip.Ask;
import dev.millrace.workers.segment.zip.BestFirst;
import dev.millrace.workers.segment.zip.Claim;
import dev.millrace.workers.segment.zip.Prompt;
import dev.millrace.workers.segment.zip.Proposal;
import dev.millrace.workers.segment.zip.Proposer;
import dev.millrace.workers.segment.zip.Region;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Finds columns: of each class one pixel column for each score it is given, drawn two at a time.
 * Prompts are answered by the row of their first point, with a score of their own.
 */
final class FakeFinder implements Finder {
    static final long BYTES = 100;

    private final List<Double> scores;
    private final double promptScore;
    private final List<String> events = new ArrayList<>();
    private final List<String> learned = new ArrayList<>();
    private final Map<String, Runnable> reactions = new HashMap<>();
    private boolean isBroken;
    private int steps = 1;

    FakeFinder(List<Double> scores, double promptScore) {
        this.scores = List.copyOf(scores);
        this.promptScore = promptScore;
    }

    /** What happened, in order. */
    synchronized List<String> events() {
        return List.copyOf(events);
    }

    /** Classes in the order in which they became known. */
    synchronized List<String> learned() {
        return List.copyOf(learned);
    }

    private synchronized boolean learn(List<String> classes) {
        var next = classes.stream().filter(name -> !learned.contains(name)).findFirst();
        next.ifPresent(learned::add);
        return next.isPresent();
    }

    private void note(String event) {
        Runnable reaction;
        synchronized (this) {
            events.add(event);
            reaction = reactions.getOrDefault(event, () -> {});
        }
        reaction.run();
    }

    /** Does something as soon as something happens, on the engine's thread. */
    synchronized void on(String event, Runnable reaction) {
        reactions.put(event, reaction);
    }

    /** Looks in so many steps from now on. */
    synchronized void looksIn(int count) {
        steps = count;
    }

    /** Looks no more, but fails. */
    void breakDown() {
        isBroken = true;
    }

    @Override
    public Look begin(Picture picture) {
        if (isBroken) {
            throw new IllegalStateException("blind");
        }
        note("look " + picture.width());
        return new FakeLook(picture);
    }

    @Override
    public void close() {
        note("close");
    }

    private final class FakeLook implements Look {
        private final Picture picture;
        private int made;

        FakeLook(Picture picture) {
            this.picture = picture;
        }

        @Override
        public Optional<Scene> step() {
            made++;
            if (made < steps) {
                note("step %d of %d".formatted(made, picture.width()));
                return Optional.empty();
            }
            return Optional.of(new FakeScene(picture));
        }
    }

    private final class FakeScene implements Scene, Proposer {
        private final Picture picture;

        FakeScene(Picture picture) {
            this.picture = picture;
        }

        @Override
        public int height() {
            return picture.height();
        }

        @Override
        public int width() {
            return picture.width();
        }

        @Override
        public long bytes() {
            return BYTES;
        }

        @Override
        public boolean learn(List<String> classes) {
            return FakeFinder.this.learn(classes);
        }

        @Override
        public Findings find(List<String> classes, int most, double minScore) {
            var present =
                    IntStream.range(0, classes.size())
                            .mapToObj(label -> new Present(label, 1.0 / (label + 1)))
                            .toList();
            var asks = new ArrayList<Ask>();
            for (int i = 0; i < scores.size() && !classes.isEmpty(); i++) {
                var box = new Box(i, 0, i + 1, height());
                var mask = Mask.of(height(), width(), box);
                asks.add(
                        new Ask(
                                new Prompt.InBox(box),
                                List.of(new Claim(i % classes.size(), new Region(mask), mask))));
            }
            return new Findings(
                    present,
                    asks.size(),
                    new BestFirst(
                            asks,
                            this,
                            new BestFirst.Telling(new Nms(0.5), false, 2, most, minScore)));
        }

        private static int column(Ask ask) {
            return (int) ((Prompt.InBox) ask.prompt()).box().left();
        }

        @Override
        public double bound(Ask ask) {
            return scores.get(column(ask));
        }

        @Override
        public List<List<Proposal>> propose(List<Ask> asks) {
            note("draw " + asks.stream().map(ask -> column(ask)).toList());
            return asks.stream()
                    .map(ask -> {
                        var claim = ask.claims().getFirst();
                        double score = scores.get(column(ask));
                        return List.of(new Proposal(claim.active(), claim.label(), score));
                    })
                    .toList();
        }

        @Override
        public List<Proposal> draw(List<MaskPrompt> prompts) {
            return IntStream.range(0, prompts.size())
                    .mapToObj(i -> {
                        int row = (int) prompts.get(i).points().getFirst().y();
                        var mask = Mask.of(height(), width(), new Box(0, row, width(), row + 1));
                        return new Proposal(mask, i, promptScore);
                    })
                    .toList();
        }

        @Override
        public void close() {
            note("forget " + picture.width());
        }
    }
}
