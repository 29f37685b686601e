package dev.millrace.workers.text.tokens;

/**
 * Turns the tokens of one generation into text as they come.
 *
 * <p>The pieces and the flush together are the text of all tokens decoded at once; no piece is ever
 * taken back, and none holds half a character. Special tokens, and ids the tokenizer does not know,
 * say nothing and do not end a character that is under way. Constant work per byte of a token.
 */
public final class Detokenizer {
    private final Vocabulary vocabulary;
    private final Utf8Stream characters = new Utf8Stream();
    private final StringBuilder out = new StringBuilder();
    private boolean dropSpace;

    Detokenizer(Vocabulary vocabulary, boolean dropSpace) {
        this.vocabulary = vocabulary;
        this.dropSpace = dropSpace;
    }

    /** Takes the next token; returns the text that is certain now and was not before. */
    public String add(int token) {
        if (vocabulary.isSpecial(token)) {
            return "";
        }
        int end = vocabulary.end(token);
        for (int at = vocabulary.start(token); at < end; at++) {
            add(vocabulary.byteAt(at));
        }
        return taken();
    }

    /** No more tokens will come: returns what was held back. */
    public String flush() {
        characters.flush(out);
        return taken();
    }

    private void add(byte value) {
        if (dropSpace) {
            dropSpace = false;
            if (value == ' ') {
                return;
            }
        }
        characters.add(value, out);
    }

    private String taken() {
        var text = out.toString();
        out.setLength(0);
        return text;
    }
}
