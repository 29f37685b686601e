package dev.millrace.workers.image.flow.tarflow;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Script;

import java.util.Optional;

/**
 * Matrices once more, in the order in which oneDNN reads them: on CPUs products of many rows with
 * them take half the time, in f32 and in bf16.
 */
final class Packing {
    private static final int ROWS = 64; // for which the order is chosen; it holds for any number
    private static final String PACK =
            """
            def forward(self: __torch__.M, w: Tensor, rows: int) -> Tensor:
              return ops.mkldnn._reorder_linear_weight(w, rows)
            def product(self: __torch__.M, x: Tensor, w: Tensor) -> Tensor:
              return ops.mkldnn._linear_pointwise(x, w, None, "none", annotate(List[Optional[number]], []), "")
            """;

    private final Script script;
    private final NDManager manager;

    private Packing(Script script, NDManager manager) {
        this.script = script;
        this.manager = manager;
    }

    /** Nothing where this library or this machine cannot do it. */
    static Optional<Packing> on(NDManager manager, ElementType inner) {
        if (!new Devices.Choice(manager.getDevice()).isCpu()) {
            return Optional.empty();
        }
        try (var scope = manager.newSubManager();
                var cast = Script.compile(scope, TarFlowWeights.cast(inner))) {
            var packing = new Packing(Script.compile(manager, PACK), manager);
            var one = cast.call(scope, "forward", scope.ones(new Shape(8, 8)));
            var packed = packing.script.call(scope, "forward", one, ROWS);
            packing.script.call(scope, "product", one, packed);
            return Optional.of(packing);
        } catch (EngineException e) {
            return Optional.empty();
        }
    }

    /** A layer's matrices in another order, beside which they stay as they are. */
    NDArray pack(NDArray matrix) {
        return script.call(manager, "forward", matrix, ROWS);
    }

    /** The matrices of a block, in the order of {@link TarFlowConfig#block}. */
    NDList packAll(NDList matrices) {
        var packed = new NDList();
        for (var matrix : matrices) {
            packed.add(pack(matrix));
        }
        return packed;
    }
}
