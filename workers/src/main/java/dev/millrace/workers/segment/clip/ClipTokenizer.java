package dev.millrace.workers.segment.clip;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;

import dev.millrace.workers.tensor.BadModelException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Texts as CLIP's tokens, by the {@code tokenizer.json} of its folder, through Hugging Face's own
 * library. Safe for any number of threads until it is closed.
 */
public final class ClipTokenizer implements AutoCloseable {
    private static final String FILE = "tokenizer.json";

    private final HuggingFaceTokenizer library;
    private final int context;

    private ClipTokenizer(HuggingFaceTokenizer library, int context) {
        this.library = library;
        this.context = context;
    }

    /**
     * Opens a folder's tokenizer.
     *
     * @param context tokens of every text, begin and end among them
     * @throws BadModelException if the file is missing or broken, or does not put a token before
     *     and one after a text
     */
    public static ClipTokenizer open(Path folder, int context) {
        var path = folder.resolve(FILE);
        if (!Files.isReadable(path)) {
            throw new BadModelException(path, "missing or not readable");
        }
        var tokenizer = new ClipTokenizer(library(path), context);
        int around = tokenizer.library.encode("").getIds().length;
        if (around != 2) {
            tokenizer.close();
            throw new BadModelException(
                    path, "must put one token before and one after a text, puts " + around);
        }
        return tokenizer;
    }

    /** Left alone, the library would cut every text after 512 tokens. */
    private static HuggingFaceTokenizer library(Path path) {
        try {
            return HuggingFaceTokenizer.builder()
                    .optTokenizerPath(path)
                    .optTruncation(false)
                    .optPadding(false)
                    .optAddSpecialTokens(true)
                    .build();
        } catch (IOException | RuntimeException e) {
            throw new BadModelException(path, String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * The tokens of a text, [context]: too long a text loses its last words but not its end token,
     * with which a short one is filled.
     */
    public long[] encode(String text) {
        var clean = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        long[] ids = library.encode(clean).getIds();
        long end = ids[ids.length - 1];
        var fitted = Arrays.copyOf(ids, context);
        if (ids.length < context) {
            Arrays.fill(fitted, ids.length, context, end);
        }
        fitted[context - 1] = end;
        return fitted;
    }

    /** The tokens of many texts, [texts, context]. */
    public long[][] encode(List<String> texts) {
        return texts.stream().map(this::encode).toArray(long[][]::new);
    }

    @Override
    public void close() {
        library.close();
    }
}
