package dev.millrace.workers.segment;

import dev.millrace.protocol.Body;
import dev.millrace.protocol.MaskFormat;
import dev.millrace.protocol.SegmentationParameters;
import dev.millrace.workers.run.Telling;
import dev.millrace.workers.segment.mask.Mask;
import dev.millrace.workers.segment.mask.MaskPng;
import dev.millrace.workers.segment.mask.Outlines;
import dev.millrace.workers.segment.mask.Polygon;
import dev.millrace.workers.segment.mask.Rle;
import dev.millrace.workers.segment.zip.Proposal;

import java.util.ArrayList;
import java.util.List;

/**
 * Tells one job's masks. What the stream has already is made again and left out; where it is not
 * the same, on a machine that computes otherwise, the stream is told so and begins anew.
 */
final class Teller {
    private static final double DIGITS = 1e6;

    private final SegmentationParameters asked;
    private final Telling telling;
    private final Said said;
    private final List<Body.Content> made = new ArrayList<>();
    private List<Body.Presence> classes = List.of();
    private boolean isNew;
    private int masks;

    Teller(SegmentationParameters asked, Said said, Telling telling) {
        this.asked = asked;
        this.said = said;
        this.telling = telling;
    }

    /** Masks so far, those among them that the stream had. */
    int masks() {
        return masks;
    }

    boolean isHeard() {
        return telling.isHeard();
    }

    /**
     * Tells what was found before anything is drawn.
     *
     * @param prompts places at which masks will be drawn
     */
    void found(List<Scene.Present> present, int prompts) {
        classes =
                present.stream()
                        .map(each ->
                                new Body.Presence(
                                        asked.classes().get(each.label()), rounded(each.score())))
                        .toList();
        var progress = new Body.Progress("draw", 0, classes, prompts);
        made.add(progress);
        if (said.progress().isEmpty()) {
            telling.say(progress);
        } else if (!said.progress().get().equals(progress)) {
            beginAnew();
        }
    }

    /** Tells a mask that was found. */
    void found(Proposal proposal) {
        tell(proposal, classes.get(proposal.label()).label(), Body.Mask.FOUND);
    }

    /** Tells the mask that answers a prompt, which is its label. */
    void prompted(Proposal proposal) {
        tell(proposal, "", proposal.label());
    }

    private void tell(Proposal proposal, String label, int prompt) {
        var mask =
                new Body.Mask(
                        masks,
                        label,
                        prompt,
                        rounded(proposal.score()),
                        box(proposal.mask()),
                        proposal.mask().area(),
                        outline(proposal.mask()));
        made.add(mask);
        boolean isSaid = !isNew && masks < said.masks().size();
        if (isSaid && !said.masks().get(masks).equals(mask)) {
            beginAnew();
        } else if (!isSaid) {
            telling.say(mask);
        }
        masks++;
    }

    /** No mask is left; the stream may have more of them. */
    void end() {
        if (!isNew && masks < said.masks().size()) {
            beginAnew();
        }
    }

    private void beginAnew() {
        isNew = true;
        telling.say(new Body.Restarted("masks are others here than those told before"));
        made.forEach(telling::say);
    }

    private static double rounded(double score) {
        return Math.round(score * DIGITS) / DIGITS;
    }

    private static Body.Box box(Mask mask) {
        return mask.box()
                .map(box ->
                        new Body.Box(
                                (int) box.left(),
                                (int) box.top(),
                                (int) box.width(),
                                (int) box.height()))
                .orElse(new Body.Box(0, 0, 0, 0));
    }

    private Body.Outline outline(Mask mask) {
        return switch (asked.format()) {
            case MaskFormat.RLE ->
                    new Body.Outline.Runs(mask.height(), mask.width(), Rle.of(mask).compressed());
            case MaskFormat.PNG -> new Body.Outline.Bitmap(MaskPng.of(mask));
            case MaskFormat.POLYGON ->
                    new Body.Outline.Polygons(
                            Outlines.of(mask).stream().map(Polygon::coordinates).toList());
        };
    }
}
