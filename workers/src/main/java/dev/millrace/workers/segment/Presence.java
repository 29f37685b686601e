package dev.millrace.workers.segment;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Whether classes are in a picture: the logistic function of how alike the class is to the picture
 * as a whole, and to the part that is most alike. The published method leaves this open; the
 * numbers are fitted to pictures whose classes are known.
 *
 * @param scale of the cosine
 * @param middle the cosine at which it is as likely as not
 * @param parts weight of the greatest similarity of a part, beside the picture's cosine
 * @param least classes that are less likely are not looked for
 * @param most classes that are looked for
 */
public record Presence(double scale, double middle, double parts, double least, int most) {
    /** For CLIP as its authors trained it. */
    public static final Presence PUBLISHED = new Presence(100, 0.22, 0, 0.05, 10);

    /** The classes that seem to be there, the likeliest first. */
    List<Scene.Present> of(double[] cosines, double[] greatest) {
        return IntStream.range(0, cosines.length)
                .mapToObj(label ->
                        new Scene.Present(label, likelihood(cosines[label], greatest[label])))
                .filter(present -> present.score() >= least)
                .sorted(Comparator.comparingDouble(Scene.Present::score).reversed())
                .limit(most)
                .toList();
    }

    /** In [0, 1]. */
    public double likelihood(double cosine, double greatest) {
        return 1 / (1 + Math.exp(-scale * (cosine + parts * greatest - middle)));
    }
}
