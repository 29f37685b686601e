package dev.millrace.workers.segment.clip;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a CLIP's text side makes of class names: one unit vector each, the mean of many sentences.
 */
public final class ClassTexts {
    private static final int BATCH = 128;

    private final Clip clip;
    private final ClipTokenizer tokenizer;
    private final List<String> templates;

    /**
     * @param templates sentences with {@code {}} where the name belongs, such as {@link
     *     PromptTemplates#ALL}
     */
    public ClassTexts(Clip clip, ClipTokenizer tokenizer, List<String> templates) {
        this.clip = clip;
        this.tokenizer = tokenizer;
        this.templates = List.copyOf(templates);
    }

    /** The embedding of a class, [projection]. */
    public float[] of(String name) {
        var embeddings = new ArrayList<float[]>();
        var texts = PromptTemplates.about(name, templates);
        for (int at = 0; at < texts.size(); at += BATCH) {
            var some = texts.subList(at, Math.min(texts.size(), at + BATCH));
            embeddings.addAll(embedded(some));
        }
        return Ensemble.of(embeddings.toArray(float[][]::new));
    }

    /** The embedding of no class: what all classes' sentences share. */
    public float[] redundant() {
        return of("");
    }

    private List<float[]> embedded(List<String> texts) {
        try (var scope = clip.scope().newSubManager()) {
            var rows = clip.embedTexts(scope, tokenizer.encode(texts));
            float[] flat = rows.toFloatArray();
            int width = flat.length / texts.size();
            var embedded = new ArrayList<float[]>();
            for (int i = 0; i < texts.size(); i++) {
                embedded.add(Arrays.copyOfRange(flat, i * width, (i + 1) * width));
            }
            return embedded;
        }
    }
}
