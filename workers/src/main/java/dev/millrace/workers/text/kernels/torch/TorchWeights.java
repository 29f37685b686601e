package dev.millrace.workers.text.kernels.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Tensors;
import dev.millrace.workers.text.model.DecoderTensors;
import dev.millrace.workers.text.model.DecoderTensors.Linear;
import dev.millrace.workers.text.model.DecoderTensors.Tensor;
import dev.millrace.workers.text.model.ModelDirectory;

import java.util.List;
import java.util.Optional;

/**
 * Reads a model's weights in the order its script takes them; norms stay f32, the rest is in the
 * computing type.
 */
final class TorchWeights {
    private final NDManager manager;
    private final Tensors tensors;
    private final ModelDirectory model;
    private final ElementType type;

    TorchWeights(NDManager manager, Tensors tensors, ModelDirectory model, ElementType type) {
        this.manager = manager;
        this.tensors = tensors;
        this.model = model;
        this.type = type;
    }

    NDList load() {
        var list = new NDList();
        var names = model.tensors();
        for (var layer : names.layers()) {
            for (var weight : LayerWeight.of(model.config())) {
                list.add(weight(weight, layer));
            }
        }
        var embedding = matrix(names.embedding());
        list.add(embedding);
        list.add(norm(names.finalNorm()));
        list.add(names.head().equals(names.embedding()) ? embedding : matrix(names.head()));
        return list;
    }

    private NDArray weight(LayerWeight weight, DecoderTensors.Layer layer) {
        return switch (weight) {
            case ATTENTION_NORM -> norm(layer.attentionNorm());
            case QKV -> rows(layer.query().weight(), layer.key().weight(), layer.value().weight());
            case QKV_BIAS -> rows(bias(layer.query()), bias(layer.key()), bias(layer.value()));
            case QUERY_NORM -> norm(present(layer.queryNorm()));
            case KEY_NORM -> norm(present(layer.keyNorm()));
            case OUTPUT -> matrix(layer.output().weight());
            case OUTPUT_BIAS -> matrix(bias(layer.output()));
            case MLP_NORM -> norm(layer.mlpNorm());
            case GATE_UP -> rows(layer.gate().weight(), layer.up().weight());
            case DOWN -> matrix(layer.down().weight());
        };
    }

    private NDArray norm(Tensor tensor) {
        return tensors.load(manager, model.weights(), tensor.name(), ElementType.F32);
    }

    private NDArray matrix(Tensor tensor) {
        return tensors.load(manager, model.weights(), tensor.name(), type);
    }

    /** Stacks matrices that have the same input. */
    private NDArray rows(Tensor... parts) {
        try (var scope = manager.newSubManager()) {
            var list = new NDList();
            for (var part : List.of(parts)) {
                list.add(tensors.load(scope, model.weights(), part.name(), type));
            }
            var stacked = NDArrays.concat(list);
            stacked.attach(manager);
            return stacked;
        }
    }

    private static Tensor bias(Linear linear) {
        return present(linear.bias());
    }

    private static Tensor present(Optional<Tensor> tensor) {
        return tensor.orElseThrow(() ->
                new IllegalStateException(
                        "the configuration promises a tensor that is not listed"));
    }
}
