package dev.millrace.workers.text;

import dev.millrace.workers.tensor.BadModelException;
import dev.millrace.workers.text.model.ModelDirectory;
import dev.millrace.workers.text.template.ChatTemplate;
import dev.millrace.workers.text.template.UnsupportedTemplateException;
import dev.millrace.workers.text.tokens.Tokenizer;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The words' side of a model: what turns prompts into tokens and tokens into text.
 *
 * @param ends tokens that end an answer
 * @param contextLimit most tokens of prompt and answer together
 * @param vocabulary tokens the model can tell apart; at least as many as the tokenizer has
 */
record TextModel(
        Tokenizer tokenizer,
        Optional<ChatTemplate> template,
        Set<Integer> ends,
        int contextLimit,
        int vocabulary)
        implements AutoCloseable {
    TextModel {
        ends = Set.copyOf(ends);
    }

    static TextModel open(ModelDirectory directory) {
        var tokenizer = Tokenizer.open(directory.path());
        try {
            return new TextModel(
                    tokenizer,
                    template(directory.path(), tokenizer),
                    Stream.concat(directory.endTokens().stream(), tokenizer.ends().stream())
                            .collect(Collectors.toSet()),
                    directory.contextLimit(),
                    vocabulary(directory, tokenizer));
        } catch (RuntimeException e) {
            tokenizer.close();
            throw e;
        }
    }

    private static Optional<ChatTemplate> template(Path path, Tokenizer tokenizer) {
        try {
            return tokenizer.chatTemplate().map(text -> ChatTemplate.of(text, tokenizer.roles()));
        } catch (UnsupportedTemplateException e) {
            throw new BadModelException(path, "chat_template: " + e.getMessage(), e);
        }
    }

    private static int vocabulary(ModelDirectory directory, Tokenizer tokenizer) {
        int rows = directory.config().vocabulary();
        if (tokenizer.vocabularySize() > rows) {
            throw new BadModelException(
                    directory.path().resolve("tokenizer.json"),
                    "must have at most vocab_size "
                            + rows
                            + " tokens, has "
                            + tokenizer.vocabularySize());
        }
        return rows;
    }

    /** Bytes of the longest token. */
    int longestToken() {
        int longest = 1;
        for (int token = 0; token < tokenizer.vocabularySize(); token++) {
            longest = Math.max(longest, tokenizer.bytesOf(token).length);
        }
        return longest;
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
