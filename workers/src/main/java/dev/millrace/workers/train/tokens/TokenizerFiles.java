package dev.millrace.workers.train.tokens;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The vocabulary in Hugging Face's format: byte-level BPE without merges, where a whole piece that
 * is in the vocabulary wins ({@code ignore_merges}) and everything else falls apart into bytes.
 */
public final class TokenizerFiles {
    /**
     * Llama-3's form with our tokens; a system message has nothing to say to our models and is left
     * out.
     */
    private static final String CHAT_TEMPLATE =
            "{{ bos_token }}{% for message in messages %}{% if message['role'] == 'user' %}{{"
                + " '<|user|>' + message['content'] | trim + eos_token }}{% elif message['role'] =="
                + " 'assistant' %}{{ '<|assistant|>' + message['content'] | trim + eos_token }}{%"
                + " endif %}{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif"
                + " %}";

    private TokenizerFiles() {}

    /** The content of tokenizer.json. */
    public static Map<String, Object> tokenizer(Vocabulary vocabulary) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("version", "1.0");
        json.put("truncation", null);
        json.put("padding", null);
        json.put(
                "added_tokens",
                Vocabulary.SPECIALS.stream().map(token -> added(vocabulary, token)).toList());
        json.put("normalizer", null);
        json.put("pre_tokenizer", preTokenizer());
        json.put("post_processor", postProcessor(vocabulary));
        json.put("decoder", byteLevel(true));
        json.put("model", model(vocabulary));
        return json;
    }

    private static Map<String, Object> added(Vocabulary vocabulary, String token) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", vocabulary.id(token));
        json.put("content", token);
        List.of("single_word", "lstrip", "rstrip", "normalized")
                .forEach(flag -> json.put(flag, false));
        json.put("special", true);
        return json;
    }

    private static Map<String, Object> preTokenizer() {
        Map<String, Object> split = new LinkedHashMap<>();
        split.put("type", "Split");
        split.put("pattern", Map.of("Regex", Pieces.PATTERN));
        split.put("behavior", "Isolated");
        split.put("invert", false);
        return sequence("pretokenizers", List.of(split, byteLevel(false)));
    }

    private static Map<String, Object> sequence(String key, List<Object> parts) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("type", "Sequence");
        json.put(key, parts);
        return json;
    }

    private static Map<String, Object> byteLevel(boolean useRegex) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("type", "ByteLevel");
        json.put("add_prefix_space", false);
        json.put("trim_offsets", true);
        json.put("use_regex", useRegex);
        return json;
    }

    /** Puts the begin token in front. */
    private static Map<String, Object> postProcessor(Vocabulary vocabulary) {
        var begin = special(Vocabulary.BEGIN, 0);
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("type", "TemplateProcessing");
        json.put("single", List.of(begin, text("A", 0)));
        json.put("pair", List.of(begin, text("A", 0), special(Vocabulary.BEGIN, 1), text("B", 1)));
        Map<String, Object> token = new LinkedHashMap<>();
        token.put("id", Vocabulary.BEGIN);
        token.put("ids", List.of(vocabulary.id(Vocabulary.BEGIN)));
        token.put("tokens", List.of(Vocabulary.BEGIN));
        json.put("special_tokens", Map.of(Vocabulary.BEGIN, token));
        return sequence("processors", List.of(byteLevel(false), json));
    }

    private static Map<String, Object> special(String token, int type) {
        return Map.of("SpecialToken", reference(token, type));
    }

    private static Map<String, Object> text(String sequence, int type) {
        return Map.of("Sequence", reference(sequence, type));
    }

    private static Map<String, Object> reference(String id, int type) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", id);
        json.put("type_id", type);
        return json;
    }

    private static Map<String, Object> model(Vocabulary vocabulary) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("type", "BPE");
        List.of("dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix")
                .forEach(key -> json.put(key, null));
        json.put("fuse_unk", false);
        json.put("byte_fallback", false);
        json.put("ignore_merges", true);
        json.put("vocab", vocabulary.words());
        json.put("merges", new ArrayList<>());
        return json;
    }

    /** The content of tokenizer_config.json, with the chat template. */
    public static Map<String, Object> tokenizerConfig(long context) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("add_bos_token", true);
        json.put("add_eos_token", false);
        json.put("bos_token", Vocabulary.BEGIN);
        json.put("eos_token", Vocabulary.END);
        json.put("pad_token", Vocabulary.END);
        json.put("clean_up_tokenization_spaces", false);
        json.put("model_max_length", context);
        json.put("tokenizer_class", "PreTrainedTokenizerFast");
        json.put("chat_template", CHAT_TEMPLATE);
        return json;
    }
}
