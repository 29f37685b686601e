package dev.millrace.workers.segment.zip;

import dev.millrace.workers.segment.mask.Box;
import dev.millrace.workers.segment.mask.Mask;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Turns the things found into prompts: a box around each; the same box with a point where the thing
 * is widest; and, of things that do not fill their hull, each wide place as a prompt of its own,
 * for they may be several.
 *
 * <p>Nearly equal prompts are drawn once, whichever classes they are of.
 *
 * @param height of the picture, in pixels
 * @param width of the picture, in pixels
 * @param prompting which of these prompts
 */
record Planner(int height, int width, Prompting prompting) {
    /** Boxes that overlap more are one. */
    private static final double EQUAL = 0.9;

    List<Ask> plan(List<Claim> claims) {
        var asks = new ArrayList<Ask>();
        for (var claim : claims) {
            prompts(claim.region()).forEach(prompt -> add(asks, prompt, claim));
        }
        return List.copyOf(asks);
    }

    /** The prompts of one thing. */
    Stream<Prompt> prompts(Region region) {
        var box = region.box(height, width);
        var points =
                Peaks.of(region.cells()).stream().map(cell -> point(region.cells(), cell)).toList();
        Stream<Prompt> alone =
                prompting.asksBoxAlone() ? Stream.of(new Prompt.InBox(box)) : Stream.empty();
        var boxes = Stream.concat(alone, Stream.of(new Prompt.InBoxAt(box, points.getFirst())));
        if (Hull.solidity(region.cells()) >= prompting.solid()) {
            return boxes;
        }
        return Stream.concat(
                boxes, points.stream().map(point -> new Prompt.AtPoints(List.of(point))));
    }

    /** The middle of a cell. */
    private PointPrompt point(Mask cells, int cell) {
        int row = cell / cells.width();
        double x = (cell % cells.width() + 0.5) * width / cells.width();
        double y = (row + 0.5) * height / cells.height();
        return new PointPrompt(x, y, true);
    }

    private static void add(List<Ask> asks, Prompt prompt, Claim claim) {
        for (int i = 0; i < asks.size(); i++) {
            var ask = asks.get(i);
            if (areEqual(ask.prompt(), prompt)) {
                asks.set(i, joined(ask, claim));
                return;
            }
        }
        asks.add(new Ask(prompt, List.of(claim)));
    }

    /** A class claims a prompt once. */
    private static Ask joined(Ask ask, Claim claim) {
        if (ask.claims().stream().anyMatch(other -> other.label() == claim.label())) {
            return ask;
        }
        return new Ask(
                ask.prompt(), Stream.concat(ask.claims().stream(), Stream.of(claim)).toList());
    }

    private static boolean areEqual(Prompt a, Prompt b) {
        return switch (a) {
            case Prompt.InBox(var box) ->
                    b instanceof Prompt.InBox(var other) && overlap(box, other);
            case Prompt.InBoxAt(var box, _) ->
                    b instanceof Prompt.InBoxAt(var other, _) && overlap(box, other);
            case Prompt.AtPoints _ -> a.equals(b);
        };
    }

    private static boolean overlap(Box a, Box b) {
        return a.iou(b) > EQUAL;
    }
}
