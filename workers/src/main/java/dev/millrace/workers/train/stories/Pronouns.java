package dev.millrace.workers.train.stories;

import java.util.List;

/** The forms a pronoun takes in the grammar, for him and for her. */
enum Pronouns {
    he("he", "she"),
    his("his", "her"),
    him("him", "her"),
    He("He", "She"),
    His("His", "Her");

    private final String masculine;
    private final String feminine;

    Pronouns(String masculine, String feminine) {
        this.masculine = masculine;
        this.feminine = feminine;
    }

    String of(boolean isFeminine) {
        return isFeminine ? feminine : masculine;
    }

    List<String> words() {
        return List.of(masculine, feminine);
    }
}
