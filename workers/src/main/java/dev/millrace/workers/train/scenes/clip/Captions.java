package dev.millrace.workers.train.scenes.clip;

import dev.millrace.workers.segment.clip.PromptTemplates;
import dev.millrace.workers.train.scenes.SceneClass;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Says what a picture shows: of a scene all its classes and how many there are of each, "two red
 * balls, a blue diamond and five brown leaves"; of a picture of one thing that thing, often in one
 * of the published templates, which say nothing else of it. Half of the other captions tell the
 * background.
 */
final class Captions {
    private static final List<String> NUMBERS = List.of("two", "three", "four", "five");
    private static final double TEMPLATED = 0.5;
    private static final double BACKED = 0.5;

    private Captions() {}

    /** All words that are not in names of classes or in templates. */
    static List<String> words() {
        var words = new ArrayList<>(NUMBERS);
        words.addAll(List.of("a", "an", "and", ",", "on", "many"));
        words.addAll(List.of("stripes", "clouds", "slope", "checks", "dots", "waves"));
        return words;
    }

    /**
     * Of a scene.
     *
     * @param counts how many things of each class it shows
     * @param textures of its background
     */
    static Caption scene(
            Map<SceneClass, Integer> counts, List<String> textures, SplittableRandom random) {
        var ordered = new EnumMap<SceneClass, Integer>(SceneClass.class);
        ordered.putAll(counts);
        var kinds = new ArrayList<>(ordered.entrySet());
        Collections.shuffle(kinds, new Random(random.nextLong()));
        var texture = textures.get(random.nextInt(textures.size()));
        var things = kinds.stream().map(kind -> counted(kind.getKey(), kind.getValue())).toList();
        var text = listed(things);
        if (text.isEmpty()) {
            text = texture;
        } else if (random.nextDouble() < BACKED) {
            text += " on " + texture;
        }
        return new Caption(text, text, ordered.keySet());
    }

    /** Of a picture of one thing. */
    static Caption thing(SceneClass kind, List<String> textures, SplittableRandom random) {
        if (random.nextDouble() < TEMPLATED) {
            var template = PromptTemplates.ALL.get(random.nextInt(PromptTemplates.ALL.size()));
            return new Caption(template.replace("{}", kind.label()), kind.label(), Set.of(kind));
        }
        var text = counted(kind, 1);
        if (random.nextDouble() < BACKED) {
            text += " on " + textures.get(random.nextInt(textures.size()));
            return new Caption(text, text, Set.of(kind));
        }
        return new Caption(text, kind.label(), Set.of(kind));
    }

    private static String counted(SceneClass kind, int count) {
        if (count == 1) {
            boolean isVowel = "aeiou".indexOf(kind.label().charAt(0)) >= 0;
            return (isVowel ? "an " : "a ") + kind.label();
        }
        var number = count - 2 < NUMBERS.size() ? NUMBERS.get(count - 2) : "many";
        return number + " " + kind.labels();
    }

    private static String listed(Collection<String> things) {
        var list = List.copyOf(things);
        return list.size() < 2
                ? String.join("", list)
                : String.join(", ", list.subList(0, list.size() - 1)) + " and " + list.getLast();
    }
}
