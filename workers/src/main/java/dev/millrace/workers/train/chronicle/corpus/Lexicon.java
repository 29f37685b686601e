package dev.millrace.workers.train.chronicle.corpus;

import dev.millrace.workers.train.tokens.Pieces;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads {@code chronicle.lexicon}, whose syntax is described at its top. */
final class Lexicon {
    static final Pattern SLOT = Pattern.compile("\\{(\\w+)}");

    private static final Pattern LINE =
            Pattern.compile("(words|topic|say|fixed)(?: (\\w+))?(?: \\*(\\d+))?: (.+)");

    private final Map<String, List<String>> classes = new LinkedHashMap<>();
    private final List<Topic> topics = new ArrayList<>();
    private final List<Say> sentences = new ArrayList<>();
    private final List<String> fixed = new ArrayList<>();

    /** What a paragraph is about. */
    record Topic(List<String> nouns, List<String> verbs) {}

    /** A sentence with slots. */
    record Say(int weight, String text) {}

    private Lexicon() {}

    static Lexicon chronicle() {
        try (var in = Lexicon.class.getResourceAsStream("chronicle.lexicon")) {
            if (in == null) {
                throw new IllegalStateException("no chronicle.lexicon beside " + Lexicon.class);
            }
            return read(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read chronicle.lexicon", e);
        }
    }

    static Lexicon read(String text) {
        var lexicon = new Lexicon();
        text.lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .forEach(lexicon::readLine);
        return lexicon;
    }

    private void readLine(String line) {
        var match = LINE.matcher(line);
        if (!match.matches()) {
            throw new IllegalArgumentException("not a line of a lexicon: " + line);
        }
        var rest = match.group(4);
        switch (match.group(1)) {
            case "words" -> classes.put(match.group(2), split(rest));
            case "topic" -> topics.add(topic(rest));
            case "say" -> sentences.add(new Say(Integer.parseInt(match.group(3)), rest));
            default -> fixed.addAll(split(rest));
        }
    }

    private static Topic topic(String text) {
        var halves = text.split("\\|", 2);
        return new Topic(split(halves[0]), split(halves[1]));
    }

    private static List<String> split(String words) {
        return List.of(words.strip().split(" "));
    }

    List<String> words(String name) {
        var words = classes.get(name);
        if (words == null) {
            throw new IllegalArgumentException("no class of words " + name);
        }
        return words;
    }

    List<Topic> topics() {
        return topics;
    }

    List<Say> sentences() {
        return sentences;
    }

    /** Every word and every run of punctuation, some of them more than once. */
    Stream<String> words() {
        var topical =
                topics.stream()
                        .flatMap(topic ->
                                Stream.concat(topic.nouns().stream(), topic.verbs().stream()));
        return Stream.of(
                        classes.values().stream().flatMap(List::stream),
                        topical,
                        sentences.stream().flatMap(Lexicon::literals),
                        fixed.stream())
                .flatMap(words -> words);
    }

    /** A slot stands for a word here, so that it does not join what stands around it. */
    private static Stream<String> literals(Say sentence) {
        return Pieces.of(SLOT.matcher(sentence.text()).replaceAll("The")).stream()
                .map(String::strip);
    }
}
