package dev.millrace.workers.segment.sam;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import dev.millrace.workers.segment.sam.Masks.Place;
import dev.millrace.workers.tensor.Tensors;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Asks a SAM about one embedding: prompts of the same form go through it together. */
final class SamDecoder implements MaskDecoder {
    /** Prompts at once; the enlarged embedding of each takes memory. */
    private static final int BATCH = 64;

    /** Masks at their picture's size at once. */
    private static final int ENLARGED = 16;

    private final Sam sam;
    private final Embedding embedding;

    SamDecoder(Sam sam, Embedding embedding) {
        this.sam = sam;
        this.embedding = embedding;
    }

    @Override
    public int width() {
        return embedding.frame().width();
    }

    @Override
    public int height() {
        return embedding.frame().height();
    }

    @Override
    public Masks decode(List<Prompt> prompts) {
        Map<Prompt.Form, List<Integer>> forms = new LinkedHashMap<>();
        for (int i = 0; i < prompts.size(); i++) {
            forms.computeIfAbsent(prompts.get(i).form(), _ -> new ArrayList<>()).add(i);
        }
        var drawn = new Drawn(prompts.size());
        for (var same : forms.values()) {
            for (int at = 0; at < same.size(); at += BATCH) {
                var some = same.subList(at, Math.min(same.size(), at + BATCH));
                decode(some, some.stream().map(prompts::get).toList(), drawn);
            }
        }
        return drawn;
    }

    private void decode(List<Integer> numbers, List<Prompt> prompts, Drawn drawn) {
        try (var scope = sam.scope().newSubManager()) {
            int side = sam.config().maskSide();
            var tensors = PromptTensors.of(scope, prompts, embedding.frame(), side);
            var sparse = sam.sparse(scope, tensors);
            var dense = sam.dense(scope, tensors);
            var answer = sam.decode(scope, embedding.cells(), dense, sparse);
            float[] logits = answer.get(0).toFloatArray();
            float[] qualities = answer.get(1).toFloatArray();
            for (int i = 0; i < numbers.size(); i++) {
                drawn.put(numbers.get(i), i, logits, qualities);
            }
        }
    }

    /** What was drawn, small as the decoder draws it; it is enlarged when it is asked for. */
    final class Drawn implements Masks {
        private final float[][] logits;
        private final float[][] qualities;

        Drawn(int prompts) {
            this.logits = new float[prompts][];
            this.qualities = new float[prompts][];
        }

        /** Takes the i-th of some answers as that of a prompt. */
        void put(int prompt, int i, float[] allLogits, float[] allQualities) {
            int pixels = perPrompt() * sam.config().maskSide() * sam.config().maskSide();
            logits[prompt] = cut(allLogits, i, pixels);
            qualities[prompt] = cut(allQualities, i, perPrompt());
        }

        private static float[] cut(float[] all, int i, int length) {
            var part = new float[length];
            System.arraycopy(all, i * length, part, 0, length);
            return part;
        }

        @Override
        public int prompts() {
            return logits.length;
        }

        @Override
        public int perPrompt() {
            return sam.config().decoder().masks();
        }

        @Override
        public float quality(Place place) {
            return qualities[place.prompt()][place.mask()];
        }

        @Override
        public float[] small(Place place) {
            int side = sam.config().maskSide();
            return cut(logits[place.prompt()], place.mask(), side * side);
        }

        @Override
        public List<float[]> logits(List<Place> places) {
            var all = new ArrayList<float[]>();
            for (int at = 0; at < places.size(); at += ENLARGED) {
                var some = places.subList(at, Math.min(places.size(), at + ENLARGED));
                try (var scope = sam.scope().newSubManager()) {
                    all.addAll(enlarged(scope, some));
                }
            }
            return all;
        }

        private List<float[]> enlarged(NDManager scope, List<Place> places) {
            int side = sam.config().maskSide();
            var values = new float[places.size() * side * side];
            for (int i = 0; i < places.size(); i++) {
                System.arraycopy(small(places.get(i)), 0, values, i * side * side, side * side);
            }
            NDArray small = Tensors.floats(scope, values, 1, places.size(), side, side);
            float[] large = sam.enlarge(scope, small, embedding.frame()).toFloatArray();
            var planes = new ArrayList<float[]>();
            for (int i = 0; i < places.size(); i++) {
                planes.add(cut(large, i, width() * height()));
            }
            return planes;
        }
    }
}
