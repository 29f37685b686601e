package dev.millrace.workers.segment.sam;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/**
 * What is asked about one object: points, a box, a rough mask, or several of them.
 *
 * @param mask logits as a decoder draws them, [4 G, 4 G], to be refined
 */
@SuppressWarnings("ArrayRecordComponent") // handed on from one answer to the next question
public record Prompt(List<PointPrompt> points, @Nullable BoxPrompt box, float @Nullable [] mask) {
    public Prompt {
        points = List.copyOf(points);
        if (points.isEmpty() && box == null && mask == null) {
            throw new IllegalArgumentException("a prompt must have a point, a box or a mask");
        }
    }

    public static Prompt at(PointPrompt... points) {
        return new Prompt(List.of(points), null, null);
    }

    public static Prompt in(BoxPrompt box) {
        return new Prompt(List.of(), box, null);
    }

    /** Points and perhaps a box. */
    public static Prompt of(List<PointPrompt> points, @Nullable BoxPrompt box) {
        return new Prompt(points, box, null);
    }

    /** A mask alone, to be refined. */
    public static Prompt like(float... logits) {
        return new Prompt(List.of(), null, logits);
    }

    public Prompt and(PointPrompt point) {
        var more = new ArrayList<>(points);
        more.add(point);
        return new Prompt(more, box, mask);
    }

    public Prompt refining(float... logits) {
        return new Prompt(points, box, logits);
    }

    /** Prompts of the same form can be answered together. */
    Form form() {
        return new Form(points.size(), box != null, mask != null);
    }

    /** How many tokens a prompt becomes, and of which kind. */
    record Form(int points, boolean hasBox, boolean hasMask) {
        /** Without a box, points are followed by one that is none. */
        int tokens() {
            return points + (hasBox ? 2 : points > 0 ? 1 : 0);
        }
    }
}
