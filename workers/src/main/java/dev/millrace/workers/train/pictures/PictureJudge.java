package dev.millrace.workers.train.pictures;

import ai.djl.ndarray.NDManager;

import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.Torch;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Says of pictures what they show, and how far they are from drawn ones, by a classifier that has
 * learned from drawn ones. On a thread that is prepared.
 */
public final class PictureJudge implements AutoCloseable {
    private static final long SEED = 11;

    private final NDManager manager;
    private final PictureClassifier classifier;

    /**
     * Lets a classifier learn.
     *
     * @param steps of its training
     */
    public PictureJudge(Devices.Choice device, long steps) {
        this.manager = Torch.newScope(device);
        this.classifier = PictureClassifier.train(manager, steps, SEED);
    }

    /** What was seen in pictures that should show the classes in turn. */
    public static final class Sight {
        private final List<PictureClassifier.Seen> seen;
        private final int first;

        private Sight(List<PictureClassifier.Seen> seen, int first) {
            this.seen = seen;
            this.first = first;
        }

        /** The share that is taken for what it should show. */
        public double recognised() {
            long right =
                    IntStream.range(0, seen.size())
                            .filter(i -> seen.get(i).label() == (first + i) % PictureSource.CLASSES)
                            .count();
            return (double) right / seen.size();
        }

        /** Fréchet's distance from others, in the classifier's features; see the package's own. */
        public double distance(Sight other) {
            return PictureClassifier.distribution(seen)
                    .distance(PictureClassifier.distribution(other.seen));
        }
    }

    /**
     * Looks at pictures [channels, side, side] as they would be shown.
     *
     * @param first what the first one is the number of; number i should show class i, modulo their
     *     number
     */
    public Sight look(List<float[]> pictures, int first) {
        return new Sight(pictures.stream().map(classifier::look).toList(), first);
    }

    /** Looks at held-out drawn pictures. */
    public Sight drawn(int first, int count) {
        var source = new PictureSource();
        var pictures =
                IntStream.range(first, first + count)
                        .mapToObj(index -> source.heldOut(index).values())
                        .toList();
        return look(pictures, first);
    }

    @Override
    public void close() {
        classifier.close();
        manager.close();
    }
}
