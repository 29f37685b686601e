package dev.millrace.workers.text.tokens;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;

import com.fasterxml.jackson.core.JacksonException;

import dev.millrace.workers.tensor.BadModelException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The tokenizer of one model folder: text to ids through Hugging Face's own library, ids to bytes
 * through a table. Safe for any number of threads until it is closed.
 */
public final class Tokenizer implements AutoCloseable {
    private final HuggingFaceTokenizer library;
    private final Vocabulary vocabulary;
    private final boolean addsSpace;
    private final Set<Integer> ends;
    private final FolderSettings settings;

    private Tokenizer(
            HuggingFaceTokenizer library,
            TokenizerFile file,
            Spelling spelling,
            FolderSettings settings) {
        this.library = library;
        this.settings = settings;
        this.addsSpace = spelling.addsSpace();
        this.ends = ends(file, settings);
        settings.special().forEach(name -> file.idOf(name).ifPresent(file.special()::set));
        this.vocabulary =
                Vocabulary.of(
                        file.names().stream().map(spelling::bytesOf).toList(), file.special());
    }

    /**
     * Opens the tokenizer of a folder in Hugging Face's layout.
     *
     * @throws BadModelException if a file is missing, broken or of a kind that cannot be streamed
     *     exactly
     */
    public static Tokenizer open(Path folder) {
        var path = folder.resolve("tokenizer.json");
        if (!Files.isReadable(path)) {
            throw new BadModelException(path, "missing or not readable");
        }
        var settings = FolderSettings.read(folder);
        try {
            var file = TokenizerFile.read(path);
            var spelling = Spelling.of(file.decoder());
            return new Tokenizer(library(path), file, spelling, settings);
        } catch (JacksonException e) {
            throw new BadModelException(path, "not valid JSON: " + e.getOriginalMessage(), e);
        } catch (IOException | RuntimeException e) {
            throw new BadModelException(path, String.valueOf(e.getMessage()), e);
        }
    }

    /** Left alone, the library would cut every text after 512 tokens. */
    private static HuggingFaceTokenizer library(Path path) throws IOException {
        return HuggingFaceTokenizer.builder()
                .optTokenizerPath(path)
                .optTruncation(false)
                .optPadding(false)
                .optAddSpecialTokens(false)
                .build();
    }

    private static Set<Integer> ends(TokenizerFile file, FolderSettings settings) {
        var ends = new LinkedHashSet<>(settings.ends());
        var name = Optional.ofNullable(settings.roles().get("eos_token"));
        name.ifPresent(text -> file.idOf(text).ifPresent(ends::add));
        return Set.copyOf(ends);
    }

    /** The ids of this text and nothing else; names of added tokens in it become those tokens. */
    public int[] encode(String text) {
        return encode(text, false);
    }

    /** The ids of this text with what the tokenizer puts around one, such as a begin token. */
    public int[] encodeWithSpecials(String text) {
        return encode(text, true);
    }

    /** Asks for the ids alone: the library's Encoding would copy masks, spans and names as well. */
    private int[] encode(String text, boolean withSpecials) {
        var calls = TokenizersLibrary.LIB;
        long encoding = calls.encode(library.getHandle(), WellFormed.of(text), withSpecials);
        try {
            return narrowed(calls.getTokenIds(encoding));
        } finally {
            calls.deleteEncoding(encoding);
        }
    }

    private static int[] narrowed(long[] ids) {
        var narrowed = new int[ids.length];
        for (int at = 0; at < ids.length; at++) {
            narrowed[at] = Math.toIntExact(ids[at]);
        }
        return narrowed;
    }

    /** The text of these tokens without the special ones. */
    public String decode(int[] tokens) {
        var detokenizer = detokenizer();
        var text = new StringBuilder();
        for (int token : tokens) {
            text.append(detokenizer.add(token));
        }
        return text.append(detokenizer.flush()).toString();
    }

    /** For tokens that begin a text: a space the tokenizer puts before each text is dropped. */
    public Detokenizer detokenizer() {
        return new Detokenizer(vocabulary, addsSpace);
    }

    /** For tokens that continue a text: their first space is part of it. */
    public Detokenizer continuation() {
        return new Detokenizer(vocabulary, false);
    }

    /** One more than the largest id; a model's output may be wider. */
    public int vocabularySize() {
        return vocabulary.size();
    }

    /** Whether this token is never shown. */
    public boolean isSpecial(int token) {
        return vocabulary.isSpecial(token);
    }

    /** The bytes this token stands for; none for an id that is not known. */
    public byte[] bytesOf(int token) {
        return vocabulary.bytesOf(token);
    }

    /** The tokens that end a generation. */
    public Set<Integer> ends() {
        return ends;
    }

    /** Texts of the tokens with a role ({@code bos_token}, ...), as chat templates know them. */
    public Map<String, String> roles() {
        return settings.roles();
    }

    /** The model's own chat template, in Jinja. */
    public Optional<String> chatTemplate() {
        return settings.chatTemplate();
    }

    @Override
    public void close() {
        library.close();
    }
}
