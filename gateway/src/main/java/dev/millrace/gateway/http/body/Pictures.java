package dev.millrace.gateway.http.body;

import dev.millrace.gateway.refusal.Refusal;
import dev.millrace.protocol.PictureParameters;
import dev.millrace.protocol.Quality;
import dev.millrace.protocol.Served;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Which pictures are made: what the request says, else the model's defaults, else a seed drawn
 * here, so that every attempt at the job makes the same.
 */
public final class Pictures {
    /** Drawn seeds fit a double, so that no client's JSON reader rounds them. */
    private static final long SEEDS = 1L << 53;

    /** A model may have a thousand classes, and a message is read by people. */
    private static final int SHOWN = 60;

    private static final String CLASS = "class";
    private static final String GUIDANCE = "guidance";
    private static final String QUALITY = "quality";
    private static final Pattern SIZE = Pattern.compile("([1-9]\\d{0,4})x([1-9]\\d{0,4})");

    private Pictures() {}

    /** The native input and parameters. */
    public static PictureParameters nativeParameters(
            Fields input, Fields parameters, Served.PictureModel model) {
        int label = label(input, model);
        input.refuseOthers();
        var read = parameters(parameters, label, model);
        parameters.refuseOthers();
        return read;
    }

    /**
     * @param label index of the class
     */
    public static PictureParameters parameters(
            Fields fields, int label, Served.PictureModel model) {
        return new PictureParameters(
                label,
                fields.whole("n", 1, model.most()).orElse(1L).intValue(),
                side(fields, model),
                fields.whole("seed", Long.MIN_VALUE, Long.MAX_VALUE)
                        .orElseGet(() -> ThreadLocalRandom.current().nextLong(SEEDS)),
                guidance(fields, label, model),
                fields.number("denoise", 0, PictureParameters.MAX_DENOISE)
                        .orElse(model.defaultDenoise()),
                quality(fields));
    }

    /** By name or by index; nothing in particular if it is absent. */
    private static int label(Fields input, Served.PictureModel model) {
        var value = input.value(CLASS);
        if (value.isEmpty()) {
            return PictureParameters.ANY;
        }
        requireClasses(input, model);
        if (value.get().isTextual()) {
            var name = input.requiredText(CLASS);
            return index(name, model)
                    .orElseThrow(() ->
                            input.refusal(
                                    CLASS,
                                    "must be one of %s, was '%s'"
                                            .formatted(classes(model), Shown.name(name))));
        }
        return input.whole(CLASS, 0, model.classes().size() - 1L).orElse(0L).intValue();
    }

    private static void requireClasses(Fields input, Served.PictureModel model) {
        if (model.classes().isEmpty()) {
            throw input.refusal(CLASS, "must be left out, as " + model.model() + " has no classes");
        }
    }

    private static Optional<Integer> index(String name, Served.PictureModel model) {
        return Optional.of(model.classes().indexOf(name)).filter(index -> index >= 0);
    }

    /** The class that a prompt names: exactly, or as the only one among other words. */
    public static int promptLabel(Fields body, Served.PictureModel model) {
        var prompt = body.text("prompt").orElse("").strip();
        if (model.classes().isEmpty()) {
            if (prompt.isEmpty()) {
                return PictureParameters.ANY;
            }
            throw body.refusal(
                    "prompt",
                    "must be empty, as %s has no classes and is not told what to show; was '%s'"
                            .formatted(model.model(), Shown.name(prompt)));
        }
        var named = named(prompt, model);
        if (named.size() != 1) {
            throw body.refusal(
                    "prompt",
                    "must name one class of %s: %s; was '%s', which names %s"
                            .formatted(
                                    model.model(),
                                    classes(model),
                                    Shown.name(prompt),
                                    named.isEmpty() ? "none" : named.size()));
        }
        return named.getFirst();
    }

    private static List<Integer> named(String prompt, Served.PictureModel model) {
        var exact = index(prompt, model);
        if (exact.isPresent()) {
            return List.of(exact.get());
        }
        var words = prompt.toLowerCase(Locale.ROOT);
        var found =
                IntStream.range(0, model.classes().size())
                        .filter(i -> contains(words, model.classes().get(i)))
                        .boxed()
                        .toList();
        return found.stream().filter(i -> !isPartOfAnother(i, found, model)).toList();
    }

    /** "cat" is not what "cat fish" names, if there is such a class. */
    private static boolean isPartOfAnother(
            int index, List<Integer> found, Served.PictureModel model) {
        var name = model.classes().get(index);
        return found.stream()
                .map(model.classes()::get)
                .anyMatch(other ->
                        other.length() > name.length()
                                && contains(other.toLowerCase(Locale.ROOT), name));
    }

    private static boolean contains(String words, String name) {
        var word =
                "(?<![\\p{L}\\p{N}])%s(?![\\p{L}\\p{N}])"
                        .formatted(Pattern.quote(name.toLowerCase(Locale.ROOT)));
        return Pattern.compile(word).matcher(words).find();
    }

    private static String classes(Served.PictureModel model) {
        var shown = model.classes().stream().limit(SHOWN).collect(Collectors.joining(", "));
        int others = model.classes().size() - SHOWN;
        return others > 0 ? shown + " and " + others + " others" : shown;
    }

    private static int side(Fields fields, Served.PictureModel model) {
        var size = fields.text("size").orElse("auto");
        if (!size.equals("auto") && !isSize(size, model.side())) {
            throw fields.refusal(
                    "size",
                    "must be auto or %s, which is what %s makes, was '%s'"
                            .formatted(words(model.side()), model.model(), Shown.name(size)));
        }
        return model.side();
    }

    private static boolean isSize(String size, int side) {
        var parts = SIZE.matcher(size);
        return parts.matches()
                && Integer.parseInt(parts.group(1)) == side
                && Integer.parseInt(parts.group(2)) == side;
    }

    /** A picture's size as requests and answers call it. */
    public static String words(int side) {
        return side + "x" + side;
    }

    private static double guidance(Fields fields, int label, Served.PictureModel model) {
        var asked = fields.number(GUIDANCE, 0, PictureParameters.MAX_GUIDANCE);
        if (label != PictureParameters.ANY) {
            return asked.orElse(model.defaultGuidance());
        }
        if (asked.isPresent() && asked.get() > 0) {
            throw refuseGuidance(fields, model);
        }
        return 0;
    }

    private static Refusal refuseGuidance(Fields fields, Served.PictureModel model) {
        return fields.refusal(
                GUIDANCE,
                model.classes().isEmpty()
                        ? "must be 0 or left out, as " + model.model() + " has no classes"
                        : "must be 0 or left out where no class is named");
    }

    private static Quality quality(Fields fields) {
        var asked = fields.text(QUALITY).orElse(Quality.AUTO.word());
        return Quality.of(asked)
                .orElseThrow(() ->
                        fields.refusal(
                                QUALITY,
                                "must be auto, low, medium or high, was '"
                                        + Shown.name(asked)
                                        + "'"));
    }
}
