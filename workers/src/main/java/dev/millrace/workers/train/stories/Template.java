package dev.millrace.workers.train.stories;

import java.util.List;

/**
 * One way to say something: sentences with slots, in pieces as the tokenizer cuts them.
 *
 * @param id position in the grammar file, from 0
 */
record Template(int id, String name, int weight, List<Part> parts) implements Comparable<Template> {

    /** A piece of a template; {@code spaced} says that a space stands before it. */
    sealed interface Part {
        boolean spaced();

        /** A fixed word or punctuation. */
        record Literal(String text, boolean spaced) implements Part {}

        /** The value of a variable; if it has none, a word of the class is drawn and kept. */
        record Bind(String variable, String wordClass, boolean spaced) implements Part {}

        /** A new word of the class, kept as the variable's value. */
        record Rebind(String variable, String wordClass, boolean spaced) implements Part {}

        /** Any word of the class, not kept. */
        record Any(String wordClass, boolean spaced) implements Part {}

        /** The value of a variable that must have one. */
        record Use(String variable, boolean spaced) implements Part {}

        /** The pronoun of a named character. */
        record Pronoun(String variable, Pronouns form, boolean spaced) implements Part {}
    }

    @Override
    public int compareTo(Template other) {
        return Integer.compare(id, other.id);
    }
}
