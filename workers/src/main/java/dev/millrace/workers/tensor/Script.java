package dev.millrace.workers.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * TorchScript that we write as text: a whole step of a model in one call into libtorch, with every
 * operator it has.
 *
 * <p>The text is the methods of one module without state, e.g. {@code def twice(self: __torch__.M,
 * x: Tensor) -> Tensor: ...}, in functional form ({@code torch.add(x, y)}); weights travel as
 * arguments. Types are numbers there ({@link ElementType#torch()}). Calls run in inference mode,
 * except {@link #callDifferentiable}.
 */
public final class Script implements AutoCloseable {
    private final PtSymbolBlock module;

    private Script(PtSymbolBlock module) {
        this.module = module;
    }

    /** Compiles the methods; the module lives until this is closed or the manager is. */
    public static Script compile(NDManager manager, String methods) {
        var archive = new ByteArrayInputStream(ScriptArchive.of(methods));
        try {
            var module = JniUtils.loadModule((PtNDManager) manager, archive, true, false);
            JniUtils.enableInferenceMode(module);
            return new Script(module);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Calls a method that returns one tensor, which lives in {@code scope}. */
    public NDArray call(NDManager scope, String method, Object... arguments) {
        try (var values = new Arguments(arguments);
                var result = IValueUtils.runMethod(module, method, values.values)) {
            return result.toTensor((PtNDManager) scope);
        }
    }

    /** Calls a method that returns a list of tensors, which live in {@code scope}. */
    public NDList callForList(NDManager scope, String method, Object... arguments) {
        try (var values = new Arguments(arguments);
                var result = IValueUtils.runMethod(module, method, values.values)) {
            return new NDList(result.toTensorArray((PtNDManager) scope));
        }
    }

    /**
     * Calls {@code forward} so that gradients flow back to its arguments. Arrays that are named
     * {@code x[]} travel together as one list. The result lives in the scope of the first argument.
     */
    public NDArray callDifferentiable(NDList arguments) {
        return IValueUtils.forward(module, arguments, true).singletonOrThrow();
    }

    /**
     * Calls any method so that gradients flow back to its arguments, arrays and lists of them. What
     * it returns lives in the scope of the first argument, which must be an array.
     */
    public NDList callDifferentiable(String method, Object... arguments) {
        var named = new NDList();
        for (int i = 0; i < arguments.length; i++) {
            named.addAll(named(arguments[i], "list" + i + "[]"));
        }
        try (var marker = named.getFirst().getManager().create(0)) {
            marker.setName("module_method:" + method);
            named.add(marker);
            return IValueUtils.forward(module, named, true);
        }
    }

    private static NDList named(Object argument, String list) {
        return switch (argument) {
            case NDArray array -> {
                array.setName(null);
                yield new NDList(array);
            }
            case NDList arrays -> {
                arrays.forEach(array -> array.setName(list));
                yield arrays;
            }
            default ->
                    throw new IllegalArgumentException(
                            "gradients flow to tensors and lists, not " + argument.getClass());
        };
    }

    @Override
    public void close() {
        module.close();
    }

    /** The native values of one call; nothing else frees them. */
    private static final class Arguments implements AutoCloseable {
        private final IValue[] values;

        Arguments(Object... arguments) {
            values = new IValue[arguments.length];
            for (int i = 0; i < arguments.length; i++) {
                values[i] = value(arguments[i]);
            }
        }

        private static IValue value(Object argument) {
            return switch (argument) {
                case PtNDArray tensor -> IValue.from(tensor);
                case NDList list ->
                        IValue.listFrom(
                                list.stream().map(PtNDArray.class::cast).toArray(PtNDArray[]::new));
                case Integer number -> IValue.from(number.longValue());
                case Long number -> IValue.from(number);
                case Double number -> IValue.from(number);
                case Boolean truth -> IValue.from(truth);
                case long[] numbers -> IValue.listFrom(numbers);
                default ->
                        throw new IllegalArgumentException(
                                "a script takes tensors, lists and numbers, not "
                                        + argument.getClass());
            };
        }

        @Override
        public void close() {
            for (IValue value : values) {
                value.close();
            }
        }
    }
}
