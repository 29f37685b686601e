package dev.millrace.workers.train.scenes.clip;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

import dev.millrace.workers.segment.clip.Clip;
import dev.millrace.workers.segment.clip.ResNetScript;
import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Script;
import dev.millrace.workers.tensor.Tensors;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The residual network in whose features Zip looks for boundaries: it learns to say what the text
 * side of a trained CLIP says, which does not change.
 */
final class TrunkLearner implements Learner {
    private static final String LEARN =
            """
            def learn(self: __torch__.M, pixels: Tensor, texts: Tensor, targets: Tensor, names: Tensor, present: Tensor, w: List[Tensor], e: List[Tensor]) -> List[Tensor]:
              images = self.direction(self.learn_images(pixels, w))
              contrast = self.meet(images, self.direction(texts), targets, e[2])
              whole = torch.narrow(images, 0, 0, torch.size(present, 0))
              known = self.direction(torch.narrow(names, 0, 0, torch.size(present, 1)))
              seen = self.tell(torch.matmul(whole, torch.t(known)), present, e[0], e[1])
              return [torch.add(contrast, torch.mul(seen, $seen)), contrast, seen]
            """;

    private final SceneClipShape shape;
    private final Clip clip;
    private final SceneTexts texts;
    private final NDManager manager;
    private final Script script;
    private final Map<String, NDArray> weights;
    private final Map<String, NDArray> extras = new LinkedHashMap<>();

    /**
     * Weights begin at random values that depend on the seed only; they live in {@code manager}.
     *
     * @param clip whose text side is learned from; closed with this
     */
    TrunkLearner(
            SceneClipShape shape,
            Clip clip,
            SceneTexts texts,
            ElementType inner,
            NDManager manager,
            long seed) {
        this.shape = shape;
        this.clip = clip;
        this.texts = texts;
        this.manager = manager;
        var device = new Devices.Choice(manager.getDevice());
        var learn = LEARN.replace("$seen", Double.toString(SceneClipShape.SEEN));
        this.script =
                Script.compile(
                        manager,
                        ResNetScript.of(shape.trunk(), inner, device)
                                + ContrastText.METHODS
                                + learn);
        this.weights = new FirstWeights(manager, seed).of(shape.trunk());
        extras.put("seen.scale", manager.create(SceneClipShape.FIRST_SCALE));
        extras.put("seen.bias", manager.create(SceneClipShape.FIRST_BIAS));
        extras.put("logit_scale", manager.create((float) shape.clip().logitScale()));
    }

    @Override
    public NDList loss(SceneLesson lesson) {
        int half = lesson.captions().size() / 2;
        int side = shape.side();
        var pixels = new float[lesson.scenes().length + lesson.parts().length];
        System.arraycopy(lesson.scenes(), 0, pixels, 0, lesson.scenes().length);
        System.arraycopy(lesson.parts(), 0, pixels, lesson.scenes().length, lesson.parts().length);
        var names = SceneTexts.names(lesson.template());
        return script.callDifferentiable(
                "learn",
                Tensors.floats(manager, pixels, 2L * half, 3, side, side),
                embedded(lesson.texts()),
                Tensors.floats(manager, lesson.targets(), 2L * half, 2L * half),
                embedded(names),
                Tensors.floats(manager, lesson.present(half), half, names.size() - 1L),
                new NDList(List.copyOf(weights.values())),
                new NDList(List.copyOf(extras.values())));
    }

    /** A copy, because libtorch does not differentiate what inference made. */
    private NDArray embedded(List<String> said) {
        try (var scope = clip.scope().newSubManager()) {
            float[] values = clip.embedTexts(scope, texts.rows(said)).toFloatArray();
            return Tensors.floats(manager, values, said.size(), clip.config().projection());
        }
    }

    @Override
    public Map<String, NDArray> parameters() {
        Map<String, NDArray> parameters = new LinkedHashMap<>();
        weights.forEach((name, weight) -> {
            if (!isStatistic(name)) {
                parameters.put(name, weight);
            }
        });
        parameters.putAll(extras);
        return parameters;
    }

    @Override
    public Map<String, NDArray> buffers() {
        Map<String, NDArray> buffers = new LinkedHashMap<>();
        weights.forEach((name, weight) -> {
            if (isStatistic(name)) {
                buffers.put(name, weight);
            }
        });
        return buffers;
    }

    private static boolean isStatistic(String name) {
        return name.contains(".running_");
    }

    @Override
    public void write(Path folder, Map<String, NDArray> values) {
        SceneClipFolder.writeTrunk(folder, shape.trunk(), values);
    }

    @Override
    public void close() {
        script.close();
        clip.close();
    }
}
