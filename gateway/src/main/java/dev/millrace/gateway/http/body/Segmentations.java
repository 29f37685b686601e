package dev.millrace.gateway.http.body;

import com.fasterxml.jackson.databind.JsonNode;

import dev.millrace.gateway.refusal.Reason;
import dev.millrace.gateway.refusal.Refusal;
import dev.millrace.protocol.MaskFormat;
import dev.millrace.protocol.MaskPrompt;
import dev.millrace.protocol.PictureFile;
import dev.millrace.protocol.SegmentationParameters;
import dev.millrace.protocol.Served;
import dev.millrace.protocol.Task;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What is looked for in which picture: what the request says, else the model's defaults. */
public final class Segmentations {
    public static final String IMAGE = "image";
    public static final String CLASSES = "classes";
    public static final String PROMPTS = "prompts";
    public static final String MOST = "max_masks";
    public static final String MIN_SCORE = "min_score";
    private static final String FORMAT = "format";
    private static final int BOX_SIDES = 4;
    private static final int POINT_NUMBERS = 3;

    /** What browsers put before base64. */
    private static final Pattern DATA_URL = Pattern.compile("^data:[\\w/+.-]{0,64};base64,");

    private Segmentations() {}

    /** The native input and parameters. */
    public static Task.Segmentation nativeTask(
            Fields input, Fields parameters, Served.SegmentModel model) {
        var sent = picture(input, model);
        var read = read(input, parameters, model);
        requireWithin(input, sent.facts(), read);
        input.refuseOthers();
        parameters.refuseOthers();
        return new Task.Segmentation(sent.picture(), read);
    }

    /**
     * All in one object, which may hold other fields, too.
     *
     * @param sent the picture, where it came beside the fields
     */
    public static Task.Segmentation task(
            Fields fields, Optional<byte[]> sent, Served.SegmentModel model) {
        var picture =
                sent.isPresent() ? checked(fields, sent.get(), model) : picture(fields, model);
        var read = read(fields, fields, model);
        requireWithin(fields, picture.facts(), read);
        return new Task.Segmentation(picture.picture(), read);
    }

    /** A picture and what its header says, which is read once: that takes a while. */
    private record Sent(PictureFile picture, PictureFile.Facts facts) {}

    private static Sent picture(Fields input, Served.SegmentModel model) {
        var text = DATA_URL.matcher(input.requiredText(IMAGE)).replaceFirst("");
        try {
            return checked(input, Base64.getDecoder().decode(text), model);
        } catch (IllegalArgumentException _) { // its message repeats what it read
            throw input.refusal(
                    IMAGE,
                    "must be a picture in base64, was no base64 of %d characters"
                            .formatted(text.length()));
        }
    }

    private static Sent checked(Fields input, byte[] bytes, Served.SegmentModel model) {
        if (bytes.length > PictureFile.MAX_BYTES) {
            throw Refusal.at(
                    input.named(IMAGE),
                    Reason.TOO_LARGE,
                    "a picture must have at most %d bytes, had %d"
                            .formatted(PictureFile.MAX_BYTES, bytes.length));
        }
        PictureFile picture;
        PictureFile.Facts facts;
        try {
            picture = new PictureFile(bytes);
            facts = picture.facts();
        } catch (IllegalArgumentException e) {
            throw input.refusal(IMAGE, "cannot be read: " + e.getMessage());
        }
        if (facts.pixels() > model.maxPixels()) {
            throw input.refusal(
                    IMAGE,
                    "must have at most %d pixels for %s, had %d"
                            .formatted(model.maxPixels(), model.model(), facts.pixels()));
        }
        return new Sent(picture, facts);
    }

    private static SegmentationParameters read(
            Fields input, Fields parameters, Served.SegmentModel model) {
        var prompts = prompts(input);
        var classes =
                input.texts(CLASSES)
                        .orElseGet(() -> prompts.isEmpty() ? model.classes() : List.of());
        requireClasses(input, classes, prompts);
        return new SegmentationParameters(
                classes,
                prompts,
                parameters.whole(MOST, 1, model.most()).orElse((long) model.most()).intValue(),
                parameters.number(MIN_SCORE, 0, 1).orElse(model.defaultMinScore()),
                format(parameters));
    }

    private static void requireClasses(
            Fields input, List<String> classes, List<MaskPrompt> prompts) {
        if (classes.isEmpty() && prompts.isEmpty()) {
            throw input.refusal(
                    CLASSES, "must name what is looked for where there are no prompts, held none");
        }
        if (classes.size() > SegmentationParameters.MAX_CLASSES) {
            throw input.refusal(
                    CLASSES,
                    "must hold at most %d names, held %d"
                            .formatted(SegmentationParameters.MAX_CLASSES, classes.size()));
        }
        for (int i = 0; i < classes.size(); i++) {
            var name = classes.get(i);
            if (name.isBlank() || name.length() > SegmentationParameters.MAX_NAME) {
                throw input.refusal(
                        CLASSES + '[' + i + ']',
                        "must have 1..%d characters and not only blanks, had %d"
                                .formatted(SegmentationParameters.MAX_NAME, name.length()));
            }
            if (classes.indexOf(name) < i) {
                throw input.refusal(
                        CLASSES, "must hold each name once, held '" + Shown.name(name) + "' twice");
            }
        }
    }

    private static List<MaskPrompt> prompts(Fields input) {
        var objects = input.objects(PROMPTS).orElse(List.of());
        if (objects.size() > SegmentationParameters.MAX_PROMPTS) {
            throw input.refusal(
                    PROMPTS,
                    "must be at most %d, were %d"
                            .formatted(SegmentationParameters.MAX_PROMPTS, objects.size()));
        }
        return objects.stream().map(Segmentations::prompt).toList();
    }

    private static MaskPrompt prompt(Fields fields) {
        try {
            var box = fields.value("box").map(value -> box(numbers(fields, "box", value)));
            var points = fields.value("points").map(value -> points(fields, value));
            fields.refuseOthers();
            return new MaskPrompt(box, points.orElse(List.of()));
        } catch (IllegalArgumentException e) {
            throw Refusal.invalid(fields.path(), fields.path() + ' ' + e.getMessage());
        }
    }

    private static MaskPrompt.Box box(List<Double> sides) {
        if (sides.size() != BOX_SIDES) {
            throw new IllegalArgumentException(
                    "box must hold left, top, right and bottom, held " + sides.size());
        }
        return new MaskPrompt.Box(sides.get(0), sides.get(1), sides.get(2), sides.get(3));
    }

    private static List<MaskPrompt.Point> points(Fields fields, JsonNode value) {
        if (!value.isArray() || value.size() > MaskPrompt.MAX_POINTS) {
            throw fields.wrong(
                    "points",
                    "must be an array of at most " + MaskPrompt.MAX_POINTS + " [x, y, 1 or 0]",
                    value);
        }
        var points = new ArrayList<MaskPrompt.Point>();
        for (var element : value) {
            var numbers = numbers(fields, "points", element);
            if (numbers.size() != POINT_NUMBERS || (numbers.get(2) != 0 && numbers.get(2) != 1)) {
                throw fields.wrong("points", "must hold [x, y, 1 or 0] of each", element);
            }
            points.add(new MaskPrompt.Point(numbers.get(0), numbers.get(1), numbers.get(2) == 1));
        }
        return points;
    }

    private static List<Double> numbers(Fields fields, String name, JsonNode value) {
        var numbers = new ArrayList<Double>();
        for (var element : value) {
            if (!element.isNumber()) {
                throw fields.wrong(name, "must hold numbers", element);
            }
            numbers.add(element.doubleValue());
        }
        return numbers;
    }

    private static MaskFormat format(Fields parameters) {
        var asked = parameters.text(FORMAT).orElse(MaskFormat.RLE.word());
        return MaskFormat.of(asked)
                .orElseThrow(() ->
                        parameters.refusal(
                                FORMAT,
                                "must be rle, png or polygon, was '" + Shown.name(asked) + "'"));
    }

    /** A picture may be shown turned, which only its decoder knows; so either side may be meant. */
    private static void requireWithin(
            Fields input, PictureFile.Facts facts, SegmentationParameters read) {
        int side = Math.max(facts.width(), facts.height());
        try {
            read.prompts().forEach(prompt -> prompt.requireWithin(side, side));
        } catch (IllegalArgumentException e) {
            throw input.refusal(PROMPTS, "cannot be followed: " + e.getMessage());
        }
    }
}
