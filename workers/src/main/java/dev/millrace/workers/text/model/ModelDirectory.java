package dev.millrace.workers.text.model;

import dev.millrace.workers.tensor.BadModelException;
import dev.millrace.workers.tensor.ConfigJson;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Safetensors;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A decoder's folder in Hugging Face's format, opened and found whole: configuration, weights, how
 * it is served.
 *
 * <p>Opening checks that every tensor is there in the right shape; a folder that opens can be
 * loaded. Closing unmaps the weights; kernels copy them, so it may be closed once they have loaded.
 */
public final class ModelDirectory implements AutoCloseable {
    private static final Set<ElementType> WEIGHT_TYPES =
            Set.of(ElementType.F32, ElementType.F16, ElementType.BF16);

    private final Path path;
    private final Manifest manifest;
    private final DecoderConfig config;
    private final DecoderTensors tensors;
    private final Set<Integer> endTokens;
    private final Safetensors weights;

    private ModelDirectory(Path path, List<Architecture> architectures) {
        this.path = path;
        this.manifest = Manifest.read(path);
        var json = ConfigJson.read(path.resolve("config.json"));
        var architecture = architecture(json, architectures);
        this.config = architecture.configure(json);
        this.tensors = architecture.tensors(config);
        this.endTokens =
                endTokens(json, ConfigJson.readIfPresent(path.resolve("generation_config.json")));
        if (contextLimit() > config.maxPositions()) {
            throw new BadModelException(
                    path.resolve("millrace.json"),
                    "context_limit must be at most max_position_embeddings "
                            + config.maxPositions()
                            + ", was "
                            + contextLimit());
        }
        this.weights = Safetensors.open(path);
    }

    /** Opens a folder whose architecture is among those given. */
    public static ModelDirectory open(Path path, List<Architecture> architectures) {
        if (!Files.isDirectory(path)) {
            throw new BadModelException(path, "is not a directory");
        }
        var directory = new ModelDirectory(path, architectures);
        try {
            directory.checkTensors();
            return directory;
        } catch (RuntimeException e) {
            directory.close();
            throw e;
        }
    }

    private static Architecture architecture(ConfigJson json, List<Architecture> architectures) {
        var type = json.text("model_type");
        return architectures.stream()
                .filter(candidate -> candidate.modelType().equals(type))
                .findFirst()
                .orElseThrow(() ->
                        json.wrong(
                                "model_type",
                                "must be one of "
                                        + architectures.stream()
                                                .map(Architecture::modelType)
                                                .toList()));
    }

    /** Both files may name tokens that end an answer; where they differ each of them does. */
    private static Set<Integer> endTokens(ConfigJson config, ConfigJson generation) {
        var ends = new TreeSet<>(config.tokenIds("eos_token_id"));
        ends.addAll(generation.tokenIds("eos_token_id"));
        return Set.copyOf(ends);
    }

    private void checkTensors() {
        for (var tensor : tensors.all()) {
            var entry = weights.entry(tensor.name(), tensor.shapeArray());
            if (!WEIGHT_TYPES.contains(entry.type())) {
                throw new BadModelException(
                        entry.file(),
                        "tensor "
                                + tensor.name()
                                + ": dtype must be F32, F16 or BF16, was "
                                + entry.type());
            }
        }
    }

    public Path path() {
        return path;
    }

    public Manifest manifest() {
        return manifest;
    }

    public DecoderConfig config() {
        return config;
    }

    public DecoderTensors tensors() {
        return tensors;
    }

    /** Tokens that end an answer. */
    public Set<Integer> endTokens() {
        return endTokens;
    }

    /** Most tokens of prompt and answer together. */
    public int contextLimit() {
        return manifest.contextLimit().orElse(config.maxPositions());
    }

    public Safetensors weights() {
        return weights;
    }

    @Override
    public void close() {
        weights.close();
    }
}
