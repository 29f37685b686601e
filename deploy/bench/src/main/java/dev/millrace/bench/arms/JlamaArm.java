package dev.millrace.bench.arms;

import com.github.tjake.jlama.model.AbstractModel;
import com.github.tjake.jlama.model.ModelSupport;
import com.github.tjake.jlama.safetensors.DType;
import com.github.tjake.jlama.tensor.AbstractTensor;
import com.github.tjake.jlama.tensor.KvBufferCache;
import com.github.tjake.jlama.tensor.operations.TensorOperationsProvider;
import com.github.tjake.jlama.util.PhysicalCoreExecutor;

import dev.millrace.bench.weights.Precision;

import java.io.IOException;
import java.util.Optional;

/**
 * Jlama, by the calls that its own {@code generate} makes for a token, with its Vector API kernels:
 * those in its native jar were slower.
 */
final class JlamaArm implements Arm {
    static {
        PhysicalCoreExecutor.overrideThreadCount(1); // once in a process
    }

    private final AbstractModel model;
    private final KvBufferCache cache;
    private final KvBufferCache.KvBuffer buffer;
    private final AbstractTensor<?, ?> logits;
    private final int layers;
    private int length;

    private JlamaArm(Job job) throws IOException {
        var folder = job.files().folder(job.shape()).toFile();
        this.model = ModelSupport.loadModel(folder, DType.F32, DType.F32);
        this.cache = new KvBufferCache(model);
        this.buffer = cache.getEphemeralKvBuffer();
        this.logits = model.makeDenseTensor(job.shape().vocabulary());
        this.layers = job.shape().layers();
    }

    static JlamaArm open(Job job) throws Refusal, IOException {
        if (job.precision() != Precision.F32) {
            throw new Refusal("Jlama 0.8.4 fails to requantise a model with a tied head");
        }
        if (job.batch() > 1) {
            throw new Refusal("Jlama decodes one sequence at a time");
        }
        return new JlamaArm(job);
    }

    @Override
    public String detail() {
        return TensorOperationsProvider.get().name() + ", kv F32";
    }

    @Override
    public void step(int... tokens) {
        try (var output = model.forward(tokens[0], length, buffer, Optional.empty())) {
            model.sample(output, 0, 0, logits);
        }
        length++;
        buffer.incrementContextPosition();
    }

    @Override
    public float[] logits(int sequence) {
        var row = new float[(int) logits.size()];
        for (int i = 0; i < row.length; i++) {
            row[i] = logits.get(0, i);
        }
        return row;
    }

    @Override
    public void fill(int context) {
        int held = length;
        for (int position = held; position < context; position++) {
            for (int layer = 0; layer < layers; layer++) {
                copy(
                        buffer.getKeyTensorForPosition(layer, position % held),
                        buffer.getKeyTensorForPosition(layer, position));
                copy(
                        buffer.getValTensorForPosition(layer, position % held),
                        buffer.getValTensorForPosition(layer, position));
            }
        }
        rewind(context);
    }

    private static void copy(AbstractTensor<?, ?> from, AbstractTensor<?, ?> to) {
        int count = Math.toIntExact(from.size());
        to.copyFrom(from, from.getOffset(0, 0), to.getOffset(0, 0), count);
    }

    @Override
    public void rewind(int context) {
        length = context;
        buffer.setCurrentContextPosition(context);
    }

    @Override
    public void close() {
        logits.close();
        buffer.close();
        cache.close();
        model.close();
    }
}
