package dev.millrace.workers.train.stories;

import dev.millrace.workers.train.stories.Grammar.Symbol;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Counts the ways in which a grammar's rules make a sequence of leaves, by trying all of them. */
final class Derivations {
    private final Grammar grammar;
    private final List<String> leaves;
    private final Map<String, Long> known = new HashMap<>();

    Derivations(Grammar grammar, List<String> leaves) {
        this.grammar = grammar;
        this.leaves = leaves;
    }

    long count() {
        return ofName(Grammar.ROOT, 0, leaves.size());
    }

    private long ofName(String name, int from, int to) {
        var key = name + " " + from + " " + to;
        var seen = known.get(key);
        if (seen != null) {
            return seen;
        }
        long count =
                grammar.rules().containsKey(name)
                        ? ofRules(name, from, to)
                        : ofSentences(name, from, to);
        known.put(key, count);
        return count;
    }

    private long ofRules(String name, int from, int to) {
        return grammar.rules().getOrDefault(name, List.of()).stream()
                .mapToLong(rule -> ofSymbols(rule.symbols(), from, to))
                .sum();
    }

    private long ofSentences(String name, int from, int to) {
        return grammar.sentences().getOrDefault(name, List.of()).stream()
                .filter(template ->
                        to == from + 1 && leaves.get(from).equals(Integer.toString(template.id())))
                .count();
    }

    private long ofSymbols(List<Symbol> symbols, int from, int to) {
        if (symbols.isEmpty() || to - from < symbols.size()) {
            return symbols.isEmpty() && from == to ? 1 : 0;
        }
        var rest = symbols.subList(1, symbols.size());
        return switch (symbols.getFirst()) {
            case Symbol.Paragraph() ->
                    leaves.get(from).equals("/") ? ofSymbols(rest, from + 1, to) : 0;
            case Symbol.Special(var token) ->
                    leaves.get(from).equals(token) ? ofSymbols(rest, from + 1, to) : 0;
            case Symbol.Name(var name) -> ofNameThen(name, rest, from, to);
        };
    }

    private long ofNameThen(String name, List<Symbol> rest, int from, int to) {
        long count = 0;
        for (int middle = from + 1; middle <= to; middle++) {
            long first = ofName(name, from, middle);
            count += first == 0 ? 0 : first * ofSymbols(rest, middle, to);
        }
        return count;
    }
}
