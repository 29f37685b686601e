package dev.millrace.workers.train.scenes.clip;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

import dev.millrace.workers.segment.clip.ClipConfig;
import dev.millrace.workers.segment.clip.ClipScript;
import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Script;
import dev.millrace.workers.tensor.Tensors;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The CLIP that tells classes, its text side included. It learns from captions, from which classes
 * they name as seen by the whole picture, and from the same as seen by the cells of CLIP Surgery:
 * where no cell is like a class, it is not there, and of one that is there some cell must be. So
 * the maps that Zip reads are learned without anybody saying where anything is.
 */
final class VisionLearner implements Learner {
    private static final String LEARN =
            """
            def learn(self: __torch__.M, scenes: Tensor, parts: Tensor, ids: Tensor, ends: Tensor, targets: Tensor, nameIds: Tensor, nameEnds: Tensor, present: Tensor, w: List[Tensor], e: List[Tensor]) -> List[Tensor]:
              tokens = self.surgery(scenes, w, $depth)
              whole = self.direction(torch.select(tokens, 1, 0))
              images = torch.cat([whole, self.direction(self.embed_images(parts, w))])
              texts = self.direction(self.embed_texts(ids, ends, w))
              contrast = self.meet(images, texts, targets, w["logit_scale"])
              names = self.direction(self.embed_texts(nameIds, nameEnds, w))
              classes = torch.size(names, 0) - 1
              seen = self.tell(torch.matmul(whole, torch.t(torch.narrow(names, 0, 0, classes))), present, e[0], e[1])
              cells = self.direction(torch.narrow(tokens, 1, 1, torch.size(tokens, 1) - 1))
              found = self.tell(self.greatest(cells, names), present, e[2], e[3])
              loss = torch.add(contrast, torch.add(torch.mul(seen, $seen), torch.mul(found, $found)))
              return [loss, contrast, seen, found]
            """;

    private final SceneClipShape shape;
    private final SceneTexts texts;
    private final NDManager manager;
    private final Script script;
    private final Map<String, NDArray> weights;
    private final Map<String, NDArray> extras = new LinkedHashMap<>();

    /**
     * Weights begin at random values that depend on the seed only; they live in {@code manager}.
     */
    VisionLearner(
            SceneClipShape shape,
            SceneTexts texts,
            ElementType inner,
            NDManager manager,
            long seed) {
        this.shape = shape;
        this.texts = texts;
        this.manager = manager;
        var config = shape.clip();
        var device = new Devices.Choice(manager.getDevice());
        this.script =
                Script.compile(
                        manager, ClipScript.of(config, inner, device) + methods(shape, config));
        this.weights = new FirstWeights(manager, seed).of(config);
        for (var name : List.of("seen", "found")) {
            extras.put(name + ".scale", manager.create(SceneClipShape.FIRST_SCALE));
            extras.put(name + ".bias", manager.create(SceneClipShape.FIRST_BIAS));
        }
    }

    private static String methods(SceneClipShape shape, ClipConfig config) {
        var learn =
                LEARN.replace("$depth", Integer.toString(shape.surgeryDepth()))
                        .replace("$seen", Double.toString(SceneClipShape.SEEN))
                        .replace("$found", Double.toString(SceneClipShape.FOUND));
        return ContrastText.METHODS + config.weights().numbered(learn);
    }

    @Override
    public NDList loss(SceneLesson lesson) {
        int side = shape.side();
        int partSide = shape.partSide();
        int half = lesson.captions().size() / 2;
        var said = texts.encode(lesson.texts());
        var names = texts.encode(SceneTexts.names(lesson.template()));
        int classes = names.count() - 1;
        return script.callDifferentiable(
                "learn",
                Tensors.floats(manager, lesson.scenes(), half, 3, side, side),
                Tensors.floats(manager, lesson.parts(), half, 3, partSide, partSide),
                said.ids(manager),
                said.ends(manager),
                Tensors.floats(manager, lesson.targets(), 2L * half, 2L * half),
                names.ids(manager),
                names.ends(manager),
                Tensors.floats(manager, lesson.present(half), half, classes),
                new NDList(List.copyOf(weights.values())),
                new NDList(List.copyOf(extras.values())));
    }

    @Override
    public Map<String, NDArray> parameters() {
        Map<String, NDArray> parameters = new LinkedHashMap<>(weights);
        parameters.putAll(extras);
        return parameters;
    }

    @Override
    public Map<String, NDArray> buffers() {
        return Map.of();
    }

    @Override
    public void write(Path folder, Map<String, NDArray> values) {
        SceneClipFolder.writeClip(folder, shape.clip(), texts.words(), values);
    }

    @Override
    public void close() {
        script.close();
    }
}
