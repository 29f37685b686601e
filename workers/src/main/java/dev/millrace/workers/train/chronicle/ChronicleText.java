package dev.millrace.workers.train.chronicle;

import dev.millrace.workers.train.chronicle.corpus.Chronicle;
import dev.millrace.workers.train.chronicle.corpus.Form;
import dev.millrace.workers.train.tokens.Vocabulary;

import java.util.List;
import java.util.stream.IntStream;

/**
 * A long text and what can be asked about it, in words.
 *
 * @param text to which a question is appended to make a prompt
 */
public record ChronicleText(String text, List<Asked> questions) {
    /** A question as it follows the text, and the answer to it. */
    public record Asked(String question, String answer) {}

    public ChronicleText {
        questions = List.copyOf(questions);
    }

    /** A text that no training step has drawn, of about so many tokens. */
    public static ChronicleText of(long seed, int tokens, int questions) {
        var chronicle = new Chronicle();
        var document = chronicle.longDocument(seed, tokens, questions);
        var asked =
                document.needles().stream()
                        .map(needle -> chronicle.exchange(needle.question(), Form.CHAT))
                        .map(exchange ->
                                new Asked(
                                        words(chronicle, exchange.prompt()),
                                        words(chronicle, exchange.answer()).strip()))
                        .toList();
        return new ChronicleText(words(chronicle, document.ids()), asked);
    }

    /** Without the tokens of the chat form, which a template adds. */
    private static String words(Chronicle chronicle, int... ids) {
        var vocabulary = chronicle.vocabulary();
        var plain =
                IntStream.of(ids)
                        .filter(id ->
                                Vocabulary.SPECIALS.stream()
                                        .noneMatch(special -> vocabulary.id(special) == id))
                        .boxed()
                        .toList();
        return vocabulary.decode(plain);
    }
}
