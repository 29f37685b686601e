package dev.millrace.workers.train.scenes;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What one would write below a picture: which objects it shows, and not where. */
public final class Captions {
    private static final List<String> COUNTS =
            List.of("two", "three", "four", "five"); // a chain has no more

    private Captions() {}

    /** All words that captions are made of, in alphabetical order. */
    public static List<String> words() {
        var kinds =
                Arrays.stream(SceneClass.values())
                        .flatMap(kind -> Stream.of(kind.label(), kind.labels()))
                        .flatMap(name -> Arrays.stream(name.split(" ")));
        var textures = Arrays.stream(Texture.values()).map(Texture::noun);
        return Stream.of(kinds, textures, COUNTS.stream(), Stream.of("a", "an", "and", "on"))
                .flatMap(words -> words)
                .distinct()
                .sorted()
                .toList();
    }

    /**
     * "two red balls and a blue diamond"; the classes in any order. Empty if nothing is asked for.
     */
    public static String of(MiniScene scene, SplittableRandom random) {
        Map<SceneClass, Integer> counts = new EnumMap<>(SceneClass.class);
        scene.asked().forEach(object -> counts.merge(object.kind(), 1, Integer::sum));
        var phrases =
                counts.entrySet().stream()
                        .map(entry -> phrase(entry.getKey(), entry.getValue()))
                        .collect(Collectors.toList());
        Collections.shuffle(phrases, new Random(random.nextLong()));
        return String.join(" and ", phrases);
    }

    /** "a red ball on stripes". */
    static String of(SceneClass kind, String texture) {
        return phrase(kind, 1) + " on " + texture;
    }

    private static String phrase(SceneClass kind, int count) {
        if (count == 1) {
            boolean hasVowel = "aeiou".indexOf(kind.label().charAt(0)) >= 0;
            return (hasVowel ? "an " : "a ") + kind.label();
        }
        return COUNTS.get(count - 2) + " " + kind.labels();
    }
}
