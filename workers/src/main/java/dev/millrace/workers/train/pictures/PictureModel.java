package dev.millrace.workers.train.pictures;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.millrace.workers.image.flow.Patches;
import dev.millrace.workers.image.flow.tarflow.TarFlowConfig;
import dev.millrace.workers.image.flow.tarflow.TarFlowScript;
import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Script;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;

/** A TarFlow's parameters and its loss, computed by one TorchScript text in training mode. */
final class PictureModel {
    private static final double EMBEDDING_DEVIATION = 0.01;

    private final TarFlowConfig config;
    private final NDManager manager;
    private final Map<String, NDArray> weights = new LinkedHashMap<>();
    private final Map<String, NDArray> classes = new LinkedHashMap<>();
    private final Script script;

    /**
     * Parameters start at random values that depend on the seed only; they live in {@code manager}.
     */
    PictureModel(TarFlowConfig config, ElementType inner, NDManager manager, long seed) {
        this(config, manager, script(config, inner, manager));
        var random = new SplittableRandom(seed);
        for (int block = 0; block < config.blocks(); block++) {
            config.block(block)
                    .forEach((name, dimensions) ->
                            weights.put(name, initial(name, new Shape(dimensions), random)));
            var name = TarFlowConfig.classEmbedding(block);
            var table = new Shape(config.classes(), 1, config.width());
            classes.put(name, initial(name, table, random));
        }
    }

    private PictureModel(TarFlowConfig config, NDManager manager, Script script) {
        this.config = config;
        this.manager = manager;
        this.script = script;
    }

    private static Script script(TarFlowConfig config, ElementType inner, NDManager manager) {
        var device = new Devices.Choice(manager.getDevice());
        return Script.compile(manager, TarFlowScript.loss(config, inner, device));
    }

    /** The same model with other parameters under the same names. */
    PictureModel with(Map<String, NDArray> parameters) {
        var other = new PictureModel(config, manager, script);
        weights.keySet().forEach(name -> other.weights.put(name, of(parameters, name)));
        classes.keySet().forEach(name -> other.classes.put(name, of(parameters, name)));
        return other;
    }

    private static NDArray of(Map<String, NDArray> parameters, String name) {
        return Objects.requireNonNull(parameters.get(name), name);
    }

    /** The model that ships. */
    static TarFlowConfig shipped() {
        return new TarFlowConfig(
                new Patches(PictureSource.SIDE, PictureSource.CHANNELS, 2),
                192,
                8,
                2,
                64,
                PictureSource.CLASSES,
                PictureClass.labels(),
                0.05);
    }

    /** As the paper's code does it, except that every block is the identity at first. */
    private NDArray initial(String name, Shape dimensions, SplittableRandom random) {
        var values = new float[Math.toIntExact(dimensions.size())];
        if (name.endsWith("norm.weight")) {
            Arrays.fill(values, 1);
        } else if (name.endsWith("_embed")) {
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (EMBEDDING_DEVIATION * random.nextGaussian());
            }
        } else if (dimensions.dimension() == 2 && !name.contains("proj_out")) {
            double bound = 1 / Math.sqrt((double) dimensions.get(1));
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextDouble(-bound, bound);
            }
        }
        return manager.create(values, dimensions);
    }

    TarFlowConfig config() {
        return config;
    }

    /** All parameters by their official name: the live arrays. */
    Map<String, NDArray> parameters() {
        var all = new LinkedHashMap<>(weights);
        all.putAll(classes);
        return all;
    }

    /**
     * Mean negative log-likelihood per value, see {@link TarFlowScript#loss}; in the scope of the
     * caller.
     */
    NDArray loss(PictureBatch batch) {
        var patches = config.patches();
        var dimensions =
                new Shape(
                        batch.labels().length, patches.channels(), patches.side(), patches.side());
        var list = new NDList();
        list.add(patches.cut(manager.create(batch.values(), dimensions)));
        list.add(mix(batch.labels()));
        addNamed(list, List.copyOf(weights.values()), "w[]");
        addNamed(list, List.copyOf(classes.values()), "classes[]");
        return script.callDifferentiable(list);
    }

    private NDArray mix(int... labels) {
        int columns = config.classes();
        var shares = new float[labels.length * columns];
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] < 0) {
                Arrays.fill(shares, i * columns, (i + 1) * columns, 1f / columns);
            } else {
                shares[i * columns + labels[i]] = 1;
            }
        }
        return manager.create(shares, new Shape(labels.length, columns));
    }

    private static void addNamed(NDList list, List<NDArray> arrays, String name) {
        for (var array : arrays) {
            array.setName(name);
            list.add(array);
        }
    }
}
