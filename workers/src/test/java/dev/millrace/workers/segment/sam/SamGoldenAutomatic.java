package dev.millrace.workers.segment.sam;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.workers.segment.Expected;
import dev.millrace.workers.segment.mask.Mask;
import dev.millrace.workers.segment.picture.Picture;
import dev.millrace.workers.segment.sam.Masks.Place;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** The automatic mode's part of a case. */
final class SamGoldenAutomatic {
    /** Of a mask's pixels, whose logits may be as near to the threshold as they like. */
    private static final double DIFFERENT = 1e-3;

    private static final double CLOSE = 1e-3;

    private SamGoldenAutomatic() {}

    /** With the model itself. */
    static void assertFound(Expected expected, Sam sam) {
        var settings = settings(expected);
        var shape = expected.inputs().entry("amg.image_hwc_u8").shape();
        int height = Math.toIntExact(shape.get(0));
        int width = Math.toIntExact(shape.get(1));
        long[] values = expected.inputs().longs("amg.image_hwc_u8");
        var rgb = new byte[values.length];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) values[i];
        }
        try (var embedding = sam.embed(new Picture(width, height, rgb))) {
            var decoder = sam.decoder(embedding);
            assertCandidates(expected, decoder, settings);
            assertKept(expected, new AutomaticMasks(settings).in(decoder));
        }
    }

    private static AutomaticSettings settings(Expected expected) {
        var facts = expected.manifest().path("amg");
        return new AutomaticSettings(
                facts.path("points_per_side").asInt(),
                facts.path("points_per_batch").asInt(),
                facts.path("pred_iou_thresh").asDouble(),
                facts.path("stability_score_thresh").asDouble(),
                facts.path("stability_score_offset").asDouble(),
                facts.path("box_nms_thresh").asDouble());
    }

    private static void assertCandidates(
            Expected expected, MaskDecoder decoder, AutomaticSettings settings) {
        var grid = AutomaticMasks.grid(settings.side(), decoder.width(), decoder.height());
        expected.assertClose("amg.grid_points", flat(grid), CLOSE, 0);
        var masks = decoder.decode(grid.stream().map(Prompt::at).toList());
        int each = masks.perPrompt() - 1;
        int count = grid.size() * each;
        var qualities = new float[count];
        var stabilities = new float[count];
        var boxes = new long[4 * count];
        var near = new long[count];
        var whole = new PixelBox(0, 0, decoder.width(), decoder.height());
        for (int i = 0; i < count; i++) {
            var place = new Place(i / each, 1 + i % each);
            var mask = mask(decoder, masks, place, settings.offset());
            qualities[i] = masks.quality(place);
            stabilities[i] = mask.stability();
            put(boxes, i, mask.box());
            near[i] = mask.box().isNearEdge(whole, whole) ? 1 : 0;
        }
        expected.assertClose("amg.all_iou", qualities, CLOSE, 0);
        expected.assertClose("amg.all_stability", stabilities, CLOSE, 0);
        expected.assertEqual("amg.all_boxes", boxes);
        expected.assertEqual("amg.all_boxes_near_edge", near);
        var first = mask(decoder, masks, new Place(0, 1), settings.offset());
        expected.assertEqual("amg.rle_counts_point0_mask0", runs(first.mask()));
    }

    private static DrawnMask mask(MaskDecoder decoder, Masks masks, Place place, double offset) {
        var logits = masks.logits(List.of(place)).getFirst();
        return DrawnMask.of(decoder.width(), decoder.height(), logits, offset);
    }

    static void put(long[] boxes, int i, PixelBox box) {
        boxes[4 * i] = box.left();
        boxes[4 * i + 1] = box.top();
        boxes[4 * i + 2] = box.right();
        boxes[4 * i + 3] = box.bottom();
    }

    /** Lengths of runs down the columns, beginning with pixels outside. */
    static long[] runs(Mask mask) {
        var runs = new ArrayList<Long>();
        boolean isInside = false;
        long length = 0;
        for (int at = 0; at < mask.pixels(); at++) {
            int pixel = at % mask.height() * mask.width() + at / mask.height();
            if (mask.has(pixel) != isInside) {
                runs.add(length);
                isInside = !isInside;
                length = 0;
            }
            length++;
        }
        runs.add(length);
        return runs.stream().mapToLong(Long::longValue).toArray();
    }

    private static float[] flat(List<PointPrompt> points) {
        var flat = new float[2 * points.size()];
        for (int i = 0; i < points.size(); i++) {
            flat[2 * i] = (float) points.get(i).x();
            flat[2 * i + 1] = (float) points.get(i).y();
        }
        return flat;
    }

    private static void assertKept(Expected expected, List<AutomaticMasks.Found> found) {
        assertKept(expected, "amg.", "predicted_iou", "stability_score", found);
    }

    /** What was kept, in its order. */
    static void assertKept(
            Expected expected,
            String prefix,
            String quality,
            String stability,
            List<AutomaticMasks.Found> found) {
        var qualities = new float[found.size()];
        var stabilities = new float[found.size()];
        var boxes = new float[4 * found.size()];
        var areas = new long[found.size()];
        for (int i = 0; i < found.size(); i++) {
            var mask = found.get(i).mask();
            qualities[i] = found.get(i).quality();
            stabilities[i] = mask.stability();
            boxes[4 * i] = mask.box().left();
            boxes[4 * i + 1] = mask.box().top();
            boxes[4 * i + 2] = mask.box().right() - mask.box().left();
            boxes[4 * i + 3] = mask.box().bottom() - mask.box().top();
            areas[i] = mask.area();
        }
        expected.assertClose(prefix + quality, qualities, CLOSE, 0);
        expected.assertClose(prefix + stability, stabilities, CLOSE, 0);
        expected.assertClose(prefix + "bbox_xywh", boxes, 0, 0);
        expected.assertEqual(prefix + "area", areas);
        var points = found.stream().map(AutomaticMasks.Found::point).toList();
        expected.assertClose(prefix + "points", flat(points), CLOSE, 0);
        assertMasks(expected, prefix + "masks", found);
    }

    private static void assertMasks(
            Expected expected, String name, List<AutomaticMasks.Found> found) {
        long[] official = expected.outputs().longs(name);
        var differing = new BitSet();
        int at = 0;
        for (var one : found) {
            for (int i = 0; i < one.mask().mask().pixels(); i++, at++) {
                differing.set(at, one.mask().mask().has(i) != (official[at] != 0));
            }
        }
        assertThat(at).as("pixels of " + name).isEqualTo(official.length);
        assertThat((double) differing.cardinality())
                .as("pixels of %s that differ", name)
                .isLessThanOrEqualTo(DIFFERENT * official.length);
        expected.wasCompared(name);
    }
}
