package dev.millrace.workers.train.sampling;

import dev.millrace.workers.image.flow.Guidance;
import dev.millrace.workers.image.flow.tarflow.TarFlow;
import dev.millrace.workers.image.solve.FlowSampler;
import dev.millrace.workers.image.solve.FlowSampler.Request;
import dev.millrace.workers.image.solve.SweepListener;
import dev.millrace.workers.image.solve.Window;
import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Generator;
import dev.millrace.workers.tensor.Tensors;
import dev.millrace.workers.tensor.Torch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The model in every precision, and the arms that make pictures with it. */
final class Studio implements AutoCloseable {
    /** What the shipped model is served with. */
    static final double GUIDANCE = 2;

    /**
     * What counts as no change in each of the shipped model's blocks, in the order of sampling: an
     * error of the first one, next to the noise, grows on the way to the picture; others hardly
     * show.
     */
    private static final List<Double> TOLERANCES =
            List.of(0.001, 0.1, 0.02, 0.2, 0.2, 0.05, 0.05, 0.1);

    private static final int WIDTH = 32;

    /** What is wider leaves more tokens where they are too early. */
    private static final double WIDE_SHARE = 0.25;

    private static final int AT_ONCE = 32;

    private final Map<ElementType, TarFlow> models = new EnumMap<>(ElementType.class);
    private final boolean isCpu;

    Studio(ImageBench.Options options) {
        this.isCpu = options.device().isCpu();
        for (var inner : List.of(ElementType.F32, ElementType.BF16)) {
            models.put(inner, TarFlow.open(options.model(), options.device(), inner));
        }
        if (exact().blocks() != TOLERANCES.size()) {
            throw new IllegalArgumentException(
                    "the model must have %d blocks as the shipped one, has %d"
                            .formatted(TOLERANCES.size(), exact().blocks()));
        }
    }

    TarFlow model(ElementType inner) {
        var model = models.get(inner);
        if (model == null) {
            throw new IllegalArgumentException("inner must be F32 or BF16, was " + inner);
        }
        return model;
    }

    TarFlow exact() {
        return model(ElementType.F32);
    }

    Arm sequential() {
        return Arm.sequential(exact().blocks(), ElementType.F32);
    }

    Arm roughSequential() {
        return Arm.sequential(exact().blocks(), ElementType.BF16);
    }

    Arm published() {
        return Arm.published(exact().blocks(), ElementType.F32);
    }

    /** What is served. */
    Arm fast() {
        return Arm.window(ElementType.F32, windows());
    }

    /** The same windows in bf16. */
    Arm rough() {
        return Arm.window(ElementType.BF16, windows());
    }

    List<Arm> arms() {
        return List.of(sequential(), fast(), rough(), published(), roughSequential());
    }

    /** Sweeps cost a GPU nearly the same whatever their width. */
    private List<Window> windows() {
        int width = isCpu ? WIDTH : exact().patches().tokens();
        double share = isCpu ? 1 : WIDE_SHARE;
        return TOLERANCES.stream().map(one -> new Window(width, one * share)).toList();
    }

    /** Pictures {@code first} to {@code first + count} of a seed; classes take turns. */
    Request request(long seed, int first, int count, Guidance guidance, double cleaning) {
        int values = exact().patches().values();
        var noise = new float[count * values];
        var labels = new int[count];
        for (int i = 0; i < count; i++) {
            var generator = new Generator(seed);
            labels[i] = (first + i) % Math.max(1, exact().config().classes());
            for (int at = 0; at < values; at++) {
                noise[i * values + at] = (float) generator.normal(at, first + i);
            }
        }
        return new Request(noise, labels, guidance, cleaning);
    }

    List<float[]> make(Arm arm, Request request) {
        return make(arm, request, SweepListener.NONE);
    }

    List<float[]> make(Arm arm, Request request, SweepListener listener) {
        return new FlowSampler(model(arm.inner()), arm.plan())
                .sample(request, listener)
                .orElseThrow();
    }

    /** Many pictures of a seed, as they would be shown, without the model's noise. */
    List<float[]> makeMany(
            Arm arm, long seed, int count, Guidance guidance, ImageBench.Options options) {
        var made = new ArrayList<float[]>();
        for (int first = 0; first < count; first += AT_ONCE) {
            int many = Math.min(AT_ONCE, count - first);
            make(arm, request(seed, first, many, guidance, 1))
                    .forEach(picture -> made.add(shown(picture)));
            if (!options.isQuick()) {
                System.err.printf("%s: %d of %d%n", arm.name(), made.size(), count);
            }
        }
        return made;
    }

    /** A picture cut into tokens. */
    float[] tokens(float... picture) {
        var patches = exact().patches();
        try (var scope = Torch.newScope(Devices.cpu())) {
            var whole =
                    Tensors.floats(
                            scope, picture, 1, patches.channels(), patches.side(), patches.side());
            return patches.cut(whole).toFloatArray();
        }
    }

    /** As it would be shown: within black and white. */
    static float[] shown(float... picture) {
        var shown = picture.clone();
        for (int i = 0; i < shown.length; i++) {
            shown[i] = Float.isNaN(shown[i]) ? 0 : Math.clamp(shown[i], -1, 1);
        }
        return shown;
    }

    /** Peak signal-to-noise ratio in dB of pictures as they would be shown; the range is 2. */
    static double psnr(float[] picture, float[] exact) {
        float[] one = shown(picture);
        float[] other = shown(exact);
        double squares = 0;
        for (int i = 0; i < one.length; i++) {
            squares += Math.pow((double) one[i] - other[i], 2);
        }
        return squares == 0 ? 100 : Math.min(100, 10 * Math.log10(4 * one.length / squares));
    }

    static double quantile(double share, double... values) {
        var sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[(int) Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
    }

    @Override
    public void close() {
        models.values().forEach(TarFlow::close);
    }
}
