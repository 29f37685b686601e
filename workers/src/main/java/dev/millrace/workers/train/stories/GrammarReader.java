package dev.millrace.workers.train.stories;

import dev.millrace.workers.train.stories.Grammar.Rule;
import dev.millrace.workers.train.stories.Grammar.Symbol;
import dev.millrace.workers.train.stories.Template.Part;
import dev.millrace.workers.train.tokens.Pieces;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads a grammar file; its syntax is described at the top of {@code stories.grammar}. */
final class GrammarReader {
    private static final Pattern LINE =
            Pattern.compile("(words|spell|rule|say) (\\w+)(?: \\*(\\d+))?: (.+)");
    private static final Pattern DISTINCT = Pattern.compile("distinct (.+)");
    private static final Pattern SLOT =
            Pattern.compile(
                    "\\{(?<variable>\\w*)(?:(?<assign>:?=)(?<class>\\w+)|\\.(?<form>\\w+))?}");
    private static final Pattern PART = Pattern.compile("( ?)(" + SLOT.pattern() + "|[^ {]+)");

    private final Map<String, List<String>> classes = new LinkedHashMap<>();
    private final Set<String> spelled = new LinkedHashSet<>();
    private final Map<String, Set<String>> distinct = new LinkedHashMap<>();
    private final Map<String, List<Rule>> rules = new LinkedHashMap<>();
    private final Map<String, List<Template>> sentences = new LinkedHashMap<>();
    private int templates;

    private GrammarReader() {}

    static Grammar readResource(String name) {
        try (var in = GrammarReader.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(
                        "no resource " + name + " beside " + GrammarReader.class);
            }
            return read(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + name, e);
        }
    }

    static Grammar read(String text) {
        var reader = new GrammarReader();
        text.lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .forEach(reader::readLine);
        return new Grammar(
                reader.classes, reader.spelled, reader.distinct, reader.rules, reader.sentences);
    }

    private void readLine(String line) {
        var distinctLine = DISTINCT.matcher(line);
        if (distinctLine.matches()) {
            var together = Set.copyOf(words(distinctLine.group(1)));
            together.forEach(name -> distinct.put(name, together));
            return;
        }
        var match = LINE.matcher(line);
        if (!match.matches()) {
            throw new IllegalArgumentException(
                    "expected 'words|spell|rule|say NAME *WEIGHT: ...' or 'distinct CLASSES', was: "
                            + line);
        }
        var name = match.group(2);
        var weight = match.group(3) == null ? 1 : Integer.parseInt(match.group(3));
        var body = match.group(4);
        switch (match.group(1)) {
            case "words" -> classes.put(name, words(body));
            case "spell" -> spell(name, body);
            case "rule" -> add(rules, name, new Rule(weight, symbols(body)));
            default -> add(sentences, name, new Template(templates++, name, weight, parts(body)));
        }
    }

    private static <T> void add(Map<String, List<T>> map, String name, T value) {
        map.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
    }

    private List<String> words(String body) {
        Set<String> words = new LinkedHashSet<>();
        for (var word : body.split(" ", 0)) {
            if (word.startsWith("+")) {
                words.addAll(classes.get(word.substring(1)));
            } else {
                words.add(word);
            }
        }
        return List.copyOf(words);
    }

    /** All ways to take one part of each list, without those that are words already. */
    private void spell(String name, String body) {
        var spellings = List.of("");
        for (var list : body.split("\\|", 0)) {
            spellings =
                    spellings.stream()
                            .flatMap(start ->
                                    Arrays.stream(list.split(" "))
                                            .map(end -> end.equals("-") ? start : start + end))
                            .distinct()
                            .toList();
        }
        Set<String> known = new LinkedHashSet<>();
        classes.values().forEach(known::addAll);
        classes.put(
                name, spellings.stream().filter(spelling -> !known.contains(spelling)).toList());
        spelled.add(name);
    }

    private static List<Symbol> symbols(String body) {
        return Arrays.stream(body.split(" ")).map(GrammarReader::symbol).toList();
    }

    private static Symbol symbol(String text) {
        if (text.equals("/")) {
            return new Symbol.Paragraph();
        }
        return text.startsWith("<")
                ? new Symbol.Special("<|" + text.substring(1, text.length() - 1) + "|>")
                : new Symbol.Name(text);
    }

    private static List<Part> parts(String body) {
        List<Part> parts = new ArrayList<>();
        var match = PART.matcher(body);
        while (match.find()) {
            var spaced = !match.group(1).isEmpty();
            if (match.group(2).startsWith("{")) {
                parts.add(slot(match.group(2), spaced));
            } else {
                literals(match.group(2), spaced, parts);
            }
        }
        return List.copyOf(parts);
    }

    private static void literals(String text, boolean spaced, List<Part> parts) {
        var pieces = Pieces.of(text);
        for (var i = 0; i < pieces.size(); i++) {
            parts.add(new Part.Literal(pieces.get(i), spaced && i == 0));
        }
    }

    private static Part slot(String text, boolean spaced) {
        var match = SLOT.matcher(text);
        if (!match.matches()) {
            throw new IllegalArgumentException(
                    "expected {x}, {x=class}, {x:=class}, {=class} or {x.he}, was " + text);
        }
        var variable = match.group("variable");
        if (match.group("form") != null) {
            return new Part.Pronoun(variable, Pronouns.valueOf(match.group("form")), spaced);
        }
        if (match.group("class") == null) {
            return new Part.Use(variable, spaced);
        }
        var wordClass = match.group("class");
        if (variable.isEmpty()) {
            return new Part.Any(wordClass, spaced);
        }
        return match.group("assign").equals("=")
                ? new Part.Bind(variable, wordClass, spaced)
                : new Part.Rebind(variable, wordClass, spaced);
    }
}
