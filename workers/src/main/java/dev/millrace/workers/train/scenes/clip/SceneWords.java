package dev.millrace.workers.train.scenes.clip;

import dev.millrace.workers.segment.clip.PromptTemplates;
import dev.millrace.workers.train.scenes.SceneClass;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The words of captions and of the published templates as a vocabulary in Hugging Face's format:
 * whole words and marks, small letters; every other word is {@value #UNKNOWN}.
 */
final class SceneWords {
    static final String UNKNOWN = "<unk>";
    static final String BEGIN = "<begin>";
    static final String END = "<end>";

    /** Tokens of every text. */
    static final int CONTEXT = 16;

    private static final List<String> SPECIALS = List.of(UNKNOWN, BEGIN, END);

    /** What the library's {@code Whitespace} takes for a piece. */
    private static final Pattern PIECE = Pattern.compile("\\w+|[^\\w\\s]+");

    private final Map<String, Integer> ids = new LinkedHashMap<>();

    SceneWords() {
        add(UNKNOWN);
        add(BEGIN);
        Stream.of(
                        PromptTemplates.about("", PromptTemplates.ALL).stream(),
                        Stream.of(SceneClass.values())
                                .flatMap(kind -> Stream.of(kind.label(), kind.labels())),
                        Captions.words().stream())
                .flatMap(texts -> texts)
                .flatMap(text -> PIECE.matcher(text).results().map(MatchResult::group))
                .forEach(this::add);
        add(END); // the largest id, so that both of CLIP's rules find it
    }

    private void add(String word) {
        ids.putIfAbsent(word, ids.size());
    }

    int size() {
        return ids.size();
    }

    int id(String word) {
        var id = ids.get(word);
        if (id == null) {
            throw new IllegalArgumentException("there is no word " + word);
        }
        return id;
    }

    /** The content of tokenizer.json. */
    Map<String, Object> tokenizer() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("version", "1.0");
        json.put("truncation", null);
        json.put("padding", null);
        json.put("added_tokens", SPECIALS.stream().map(this::added).toList());
        json.put("normalizer", Map.of("type", "Lowercase"));
        json.put("pre_tokenizer", Map.of("type", "Whitespace"));
        json.put("post_processor", postProcessor());
        json.put("decoder", null);
        Map<String, Object> model = new LinkedHashMap<>();
        model.put("type", "WordLevel");
        model.put("vocab", ids);
        model.put("unk_token", UNKNOWN);
        json.put("model", model);
        return json;
    }

    private Map<String, Object> added(String token) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", id(token));
        json.put("content", token);
        List.of("single_word", "lstrip", "rstrip", "normalized")
                .forEach(flag -> json.put(flag, false));
        json.put("special", true);
        return json;
    }

    /** Puts a token before and one after a text. */
    private Map<String, Object> postProcessor() {
        var text = Map.of("Sequence", Map.of("id", "A", "type_id", 0));
        var second = Map.of("Sequence", Map.of("id", "B", "type_id", 1));
        var single = List.of(special(BEGIN), text, special(END));
        var pair = new ArrayList<Object>(single);
        pair.add(second);
        pair.add(special(END));
        Map<String, Object> tokens = new LinkedHashMap<>();
        for (var token : List.of(BEGIN, END)) {
            tokens.put(
                    token,
                    Map.of("id", token, "ids", List.of(id(token)), "tokens", List.of(token)));
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("type", "TemplateProcessing");
        json.put("single", single);
        json.put("pair", pair);
        json.put("special_tokens", tokens);
        return json;
    }

    private static Map<String, Object> special(String token) {
        return Map.of("SpecialToken", Map.of("id", token, "type_id", 0));
    }

    /** The content of tokenizer_config.json. */
    static Map<String, Object> tokenizerConfig() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("bos_token", BEGIN);
        json.put("eos_token", END);
        json.put("pad_token", END);
        json.put("unk_token", UNKNOWN);
        json.put("model_max_length", CONTEXT);
        json.put("tokenizer_class", "PreTrainedTokenizerFast");
        return json;
    }
}
