package dev.millrace.workers.train.sampling;

import dev.millrace.protocol.Quality;
import dev.millrace.workers.image.Strategy;
import dev.millrace.workers.image.flow.Guidance;
import dev.millrace.workers.image.flow.tarflow.Kernels;
import dev.millrace.workers.image.flow.tarflow.TarFlow;
import dev.millrace.workers.image.solve.FlowSampler;
import dev.millrace.workers.image.solve.FlowSampler.Request;
import dev.millrace.workers.image.solve.SweepListener;
import dev.millrace.workers.image.solve.Window;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Generator;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

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
    private static final int FEW = 4;

    /** What is wider leaves more tokens where they are too early. */
    private static final double WIDE_SHARE = 0.25;

    private static final int AT_ONCE = 16;

    private final Map<Way, TarFlow> models = new HashMap<>();
    private final ImageBench.Options options;
    private final String subject;
    private final boolean isCpu;
    private final Kernels fastest;

    private record Way(ElementType inner, Kernels kernels) {}

    /**
     * @param subject what findings are of
     */
    Studio(ImageBench.Options options, String subject) {
        this.options = options;
        this.subject = subject;
        this.isCpu = options.device().isCpu();
        this.fastest = isCpu ? Kernels.VECTOR : Kernels.SCRIPT;
        if (exact().blocks() != TOLERANCES.size()) {
            throw new IllegalArgumentException(
                    "the model must have %d blocks as the shipped one, has %d"
                            .formatted(TOLERANCES.size(), exact().blocks()));
        }
    }

    /** Opened when it is first asked for. */
    TarFlow model(ElementType inner, Kernels kernels) {
        return models.computeIfAbsent(
                new Way(inner, kernels),
                _ -> TarFlow.open(options.model(), options.device(), inner, kernels));
    }

    TarFlow exact() {
        return model(ElementType.F32, fastest);
    }

    Arm sequential() {
        return Arm.sequential(exact().blocks(), ElementType.F32, fastest);
    }

    Arm librarySequential() {
        return Arm.sequential(exact().blocks(), ElementType.F32, Kernels.SCRIPT);
    }

    Arm roughSequential() {
        return Arm.sequential(exact().blocks(), ElementType.BF16, Kernels.SCRIPT);
    }

    Arm published() {
        return Arm.published(exact().blocks(), ElementType.F32, fastest);
    }

    /** What is served when so many are made at a time. */
    Arm fast(int pictures) {
        return Arm.window("served", ElementType.F32, fastest, served(pictures));
    }

    /** Windows in every block, whether or not they are the fastest way. */
    Arm windowed() {
        return Arm.window("window", ElementType.F32, fastest, windows(fastest));
    }

    Arm rough() {
        return Arm.window("window", ElementType.BF16, Kernels.SCRIPT, windows(Kernels.SCRIPT));
    }

    List<Arm> arms(int pictures) {
        var libraryWindow =
                Arm.window("window", ElementType.F32, Kernels.SCRIPT, windows(Kernels.SCRIPT));
        return Stream.of(
                        sequential(),
                        fast(pictures),
                        windowed(),
                        published(),
                        librarySequential(),
                        libraryWindow,
                        roughSequential(),
                        rough())
                .distinct()
                .toList();
    }

    private List<Window> served(int pictures) {
        return Strategy.measured(options.model(), exact().blocks(), options.device())
                .map(strategy -> strategy.of(Quality.MEDIUM, pictures))
                .map(steps -> steps.stream().map(Strategy.Step::window).toList())
                .orElseGet(() -> windows(fastest));
    }

    /**
     * Sweeps cost a GPU nearly the same whatever their width; few rows suit the kernels of a CPU.
     */
    private List<Window> windows(Kernels kernels) {
        int narrow = kernels == Kernels.VECTOR ? FEW : WIDTH;
        int width = isCpu ? narrow : exact().patches().tokens();
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
        return new FlowSampler(model(arm.inner(), arm.kernels()), arm.plan())
                .sample(request, listener)
                .orElseThrow();
    }

    /**
     * Many pictures of a seed, as they would be shown, without the model's noise; goes on where it
     * was stopped.
     */
    List<float[]> makeMany(Arm arm, long seed, int count, Guidance guidance) {
        var name = "%s %d %s".formatted(arm.name(), seed, guidance.weight());
        var album = new Album(options.findings(), subject, name, exact().patches().values());
        while (album.size() < count) {
            int many = Math.min(AT_ONCE, count - album.size());
            make(arm, request(seed, album.size(), many, guidance, 1))
                    .forEach(picture -> album.add(shown(picture)));
            if (!options.isQuick()) {
                System.err.printf("%s: %d of %d%n", name, album.size(), count);
            }
        }
        return album.all().subList(0, count);
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
