package dev.millrace.workers.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.millrace.workers.tensor.Script;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * Clips the gradients by their joint norm, then moves the matrices inside the layers by Muon, all
 * else, such as embeddings and gains, by {@link AdamW}, and sets the gradients to zero.
 *
 * <p>Muon (K. Jordan et al., 2024) moves a matrix along its momentum made orthogonal, so that rare
 * directions, such as those of a single name, are learned as fast as frequent ones. The quintic
 * Newton-Schulz iteration maps all singular values near 1; the step is scaled as in <i>Muon is
 * Scalable for LLM Training</i> (2025), eq. 4, so that rates and decay of AdamW fit.
 *
 * <p>All matrices of a shape are one tensor and nothing waits for the device: a call per operation
 * and matrix would take ten times as long there as the gradients do.
 */
public final class MuonAdamW {
    private static final double MAX_NORM = 1;
    private static final double BETA1 = 0.9;

    private static final String METHODS =
            """
            def norm(self: __torch__.M, g: List[Tensor]) -> Tensor:
              return torch.linalg_vector_norm(torch.stack(torch._foreach_norm(g)))
            def clip(self: __torch__.M, norm: Tensor, limit: float) -> Tensor:
              return torch.clamp_max(torch.div(torch.full_like(norm, limit), norm), 1)
            def muon(self: __torch__.M, w: List[Tensor], g: List[Tensor], momentum: Tensor, clip: Tensor, rate: float, decay: float) -> Tensor:
              gradient = torch.mul(torch.stack(g), clip)
              m = torch.add_(torch.mul_(momentum, 0.95), gradient)
              x = torch.add(gradient, m, alpha=0.95)
              rows = torch.size(x, 1)
              columns = torch.size(x, 2)
              if torch.gt(rows, columns):
                y = torch.transpose(x, 1, 2)
                longer = rows
              else:
                y = x
                longer = columns
              size = torch.sqrt(torch.sum(torch.mul(y, y), [1, 2], True))
              y = torch.div(y, torch.add(size, 9.9999999999999995e-08))
              for i in range(5):
                square = torch.matmul(y, torch.transpose(y, 1, 2))
                inner = torch.add(torch.mul(square, -4.7750000000000004), torch.mul(torch.matmul(square, square), 2.0314999999999999))
                y = torch.add(torch.mul(y, 3.4445000000000001), torch.matmul(inner, y))
              if torch.gt(rows, columns):
                step = torch.transpose(y, 1, 2)
              else:
                step = y
              torch._foreach_mul_(w, 1. - rate * decay)
              torch._foreach_add_(w, torch.unbind(step), alpha=-(rate * 0.20000000000000001 * torch.sqrt(longer)))
              torch._foreach_zero_(g)
              return clip
            def adam(self: __torch__.M, w: List[Tensor], g: List[Tensor], means: List[Tensor], squares: List[Tensor], clip: Tensor, rate: float, decay: float, beta2: float, correction1: float, correction2: float) -> Tensor:
              gradients = torch._foreach_mul(g, clip)
              torch._foreach_mul_(means, $beta1)
              torch._foreach_add_(means, gradients, alpha=1. - $beta1)
              torch._foreach_mul_(squares, beta2)
              torch._foreach_addcmul_(squares, gradients, gradients, 1. - beta2)
              unbiased = torch._foreach_sqrt(torch._foreach_div(squares, correction2))
              torch._foreach_add_(unbiased, 1.0e-08)
              torch._foreach_mul_(w, 1. - rate * decay)
              torch._foreach_addcdiv_(w, means, unbiased, -(rate / correction1))
              torch._foreach_zero_(g)
              return clip
            """
                    .replace("$beta1", Double.toString(BETA1));

    private final Map<String, NDArray> parameters;
    private final NDManager manager;
    private final Script script;
    private final double decay;
    private final double beta2;
    private final Map<String, Matrices> matrices = new LinkedHashMap<>();
    private final Group decaying;
    private final Group gains;

    /** Matrices of the same shape, which Muon moves together, and their momenta as one tensor. */
    private record Matrices(List<String> names, NDArray momenta) {}

    /** Parameters that Adam moves together, and their moments. */
    private record Group(List<String> names, NDList means, NDList squares) {}

    /**
     * Its state lives in {@code manager}.
     *
     * @param isLayerMatrix whether Muon moves a parameter of this name
     * @param decay of the weights, in both
     * @param beta2 how slowly AdamW forgets second moments
     */
    public MuonAdamW(
            Map<String, NDArray> parameters,
            NDManager manager,
            Predicate<String> isLayerMatrix,
            double decay,
            double beta2) {
        this.parameters = parameters;
        this.manager = manager;
        this.decay = decay;
        this.beta2 = beta2;
        this.script = Script.compile(manager, METHODS);
        Map<Shape, List<String>> shapes = new LinkedHashMap<>();
        List<String> tables = new ArrayList<>();
        List<String> vectors = new ArrayList<>();
        parameters.forEach((name, parameter) -> {
            var shape = parameter.getShape();
            if (isLayerMatrix.test(name)) {
                shapes.computeIfAbsent(shape, _ -> new ArrayList<>()).add(name);
            } else {
                (shape.dimension() > 1 ? tables : vectors).add(name);
            }
        });
        shapes.forEach((shape, names) ->
                matrices.put(
                        shape.get(0) + "x" + shape.get(1),
                        new Matrices(
                                names,
                                manager.zeros(
                                        new Shape(names.size(), shape.get(0), shape.get(1))))));
        this.decaying = new Group(tables, zeros(tables), zeros(tables));
        this.gains = new Group(vectors, zeros(vectors), zeros(vectors));
    }

    private NDList zeros(List<String> names) {
        var zeros = new NDList();
        all(parameters, names).forEach(one -> zeros.add(manager.zeros(one.getShape())));
        return zeros;
    }

    /**
     * Moves all parameters and returns the gradients' norm before clipping, a number on the device
     * in the scope of the caller. {@code step} counts from 0.
     */
    public NDArray update(long step, double rate) {
        Map<String, NDArray> gradients = new LinkedHashMap<>();
        parameters.forEach((name, parameter) -> gradients.put(name, parameter.getGradient()));
        var norm = script.call(manager, "norm", new NDList(List.copyOf(gradients.values())));
        var clip = script.call(manager, "clip", norm, MAX_NORM);
        matrices.values()
                .forEach(group ->
                        script.call(
                                manager,
                                "muon",
                                all(parameters, group.names()),
                                all(gradients, group.names()),
                                group.momenta(),
                                clip,
                                rate,
                                decay));
        adam(decaying, gradients, clip, step, rate, decay);
        adam(gains, gradients, clip, step, rate, 0);
        return norm;
    }

    private void adam(
            Group group,
            Map<String, NDArray> gradients,
            NDArray clip,
            long step,
            double rate,
            double groupDecay) {
        if (group.names().isEmpty()) {
            return;
        }
        script.call(
                manager,
                "adam",
                all(parameters, group.names()),
                all(gradients, group.names()),
                group.means(),
                group.squares(),
                clip,
                rate,
                groupDecay,
                beta2,
                1 - Math.pow(BETA1, step + 1.0),
                1 - Math.pow(beta2, step + 1.0));
    }

    private static NDList all(Map<String, NDArray> arrays, List<String> names) {
        var list = new NDList();
        names.forEach(name -> list.add(Objects.requireNonNull(arrays.get(name), name)));
        return list;
    }

    /** Parameters and moments by name: the live arrays, all that a checkpoint needs. */
    public Map<String, NDArray> state() {
        Map<String, NDArray> state = new LinkedHashMap<>();
        parameters.forEach((name, parameter) -> state.put("parameter." + name, parameter));
        matrices.forEach((shape, group) -> state.put("momentum." + shape, group.momenta()));
        for (var group : List.of(decaying, gains)) {
            for (var i = 0; i < group.names().size(); i++) {
                state.put("mean." + group.names().get(i), group.means().get(i));
                state.put("square." + group.names().get(i), group.squares().get(i));
            }
        }
        return state;
    }
}
