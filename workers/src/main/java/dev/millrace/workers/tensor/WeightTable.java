package dev.millrace.workers.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The weights of a model by their published names: shapes, and the order in which a script takes
 * them as its list {@code w}.
 *
 * <p>A script's text may name them, {@code w["a.b"]} or, where a number is wanted,
 * {@code @["a.b"]}; {@link #numbered} puts their places there.
 */
public final class WeightTable {
    private static final Set<ElementType> STORED =
            Set.of(ElementType.F32, ElementType.F16, ElementType.BF16);
    private static final int NAMED = 8; // in a complaint; the others are counted
    private static final Pattern NAME = Pattern.compile("([w@])\\[\"([^\"]+)\"]");

    /**
     * One weight.
     *
     * @param isInner whether it may be kept in the type that products are computed in
     */
    public record Weight(String name, List<Long> shape, boolean isInner) {
        public Weight {
            shape = List.copyOf(shape);
        }

        public long[] shapeArray() {
            return shape.stream().mapToLong(Long::longValue).toArray();
        }
    }

    private final Map<String, Weight> weights = new LinkedHashMap<>();
    private final Map<String, Integer> places = new LinkedHashMap<>();

    /** A weight that stays in f32: of a norm, a bias, an embedding. */
    public WeightTable plain(String name, long... shape) {
        return add(name, false, shape);
    }

    /** A weight of a product: a matrix or a convolution's kernel. */
    public WeightTable inner(String name, long... shape) {
        return add(name, true, shape);
    }

    /** {@code name.weight} [out, in] and {@code name.bias} [out]. */
    public WeightTable linear(String name, long in, long out) {
        return inner(name + ".weight", out, in).plain(name + ".bias", out);
    }

    /** {@code name.weight} and {@code name.bias}, both [width]. */
    public WeightTable norm(String name, long width) {
        return plain(name + ".weight", width).plain(name + ".bias", width);
    }

    private WeightTable add(String name, boolean isInner, long... shape) {
        var extents = new ArrayList<Long>();
        for (long extent : shape) {
            extents.add(extent);
        }
        if (weights.putIfAbsent(name, new Weight(name, extents, isInner)) != null) {
            throw new IllegalArgumentException("there are two weights " + name);
        }
        places.put(name, places.size());
        return this;
    }

    /** All weights in the script's order. */
    public List<Weight> all() {
        return List.copyOf(weights.values());
    }

    /** Where a weight stands in the script's list. */
    public int place(String name) {
        var place = places.get(name);
        if (place == null) {
            throw new IllegalArgumentException("there is no weight " + name);
        }
        return place;
    }

    /** A script's text with places instead of names. */
    public String numbered(String text) {
        return NAME.matcher(text).replaceAll(this::numbered);
    }

    private String numbered(MatchResult name) {
        var place = Integer.toString(place(name.group(2)));
        return Matcher.quoteReplacement(name.group(1).equals("w") ? "w[" + place + "]" : place);
    }

    /**
     * Loads all weights, in the script's order, into {@code manager}, on its device. None is an
     * inference tensor, through which libtorch refuses to differentiate.
     *
     * @param inner the type of the weights of products
     * @param isIgnored which tensors may be there though the table does not name them
     * @throws BadModelException naming every weight that is missing, has another shape or type, or
     *     is not expected
     */
    public NDList load(
            Safetensors files, NDManager manager, ElementType inner, Predicate<String> isIgnored) {
        check(files, isIgnored);
        var loaded = new NDList();
        try (var scripts = manager.newSubManager();
                var cast = Script.compile(scripts, cast(inner))) {
            for (var weight : weights.values()) {
                var array =
                        Tensors.floats(manager, files.floats(weight.name()), weight.shapeArray());
                loaded.add(
                        weight.isInner() && inner != ElementType.F32
                                ? narrowed(cast, array)
                                : array);
            }
        }
        return loaded;
    }

    private void check(Safetensors files, Predicate<String> isIgnored) {
        var present = files.names();
        var missing = weights.keySet().stream().filter(name -> !present.contains(name)).toList();
        if (!missing.isEmpty()) {
            throw files.wrong("tensors are missing: " + listed(missing));
        }
        var others =
                present.stream()
                        .filter(name -> !weights.containsKey(name) && !isIgnored.test(name))
                        .toList();
        if (!others.isEmpty()) {
            throw files.wrong("tensors are not expected: " + listed(others));
        }
        weights.values().forEach(weight -> check(files, weight));
    }

    private static void check(Safetensors files, Weight weight) {
        var entry = files.entry(weight.name(), weight.shapeArray());
        if (!STORED.contains(entry.type())) {
            throw new BadModelException(
                    entry.file(),
                    "tensor %s: dtype must be one of %s, was %s"
                            .formatted(weight.name(), STORED, entry.type()));
        }
    }

    private static String listed(List<String> names) {
        var first = String.join(", ", names.subList(0, Math.min(NAMED, names.size())));
        return names.size() <= NAMED
                ? first
                : first + " and %d more".formatted(names.size() - NAMED);
    }

    private static String cast(ElementType type) {
        return "def forward(self: __torch__.M, x: Tensor) -> Tensor:\n  return torch.to(x, %d)\n"
                .formatted(type.torch());
    }

    private static NDArray narrowed(Script cast, NDArray array) {
        try (array) {
            return cast.callDifferentiable(new NDList(array));
        }
    }
}
