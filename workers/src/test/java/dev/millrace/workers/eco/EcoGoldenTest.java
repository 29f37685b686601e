package dev.millrace.workers.eco;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;

import dev.millrace.workers.Goldens;
import dev.millrace.workers.tensor.Torch;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The block against EcoFormer's official code in f32.
 *
 * <p>Codes must be equal: no number before a sign lies nearer to zero than 1e-4. The other limits
 * are some ten times what sums in another order come to.
 */
class EcoGoldenTest {
    private static final double OUTPUT = 1e-5;
    private static final double LOSS = 2e-6;
    private static final double VECTOR = 2e-5;
    private static final double GRADIENT = 1e-4;
    private static final double EXACT = 0;

    @TempDir private Path folder;

    @BeforeEach
    void prepareThread() {
        Torch.useThreads(1);
        Torch.prepareThread();
    }

    static List<Path> cases() {
        return Goldens.blocks();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void a_block_has_the_sizes_that_the_case_tells(Path path) {
        try (var golden = new EcoCase(path)) {
            var block = golden.block(folder, Numerator.OFFICIAL);

            assertThat(block.shape())
                    .isEqualTo(
                            new EcoShape(
                                    golden.integer("dim"),
                                    golden.integer("heads"),
                                    golden.integer("nbits"),
                                    golden.integer("m")));
            assertThat(golden.array("x").getShape().getShape())
                    .containsExactly(
                            golden.integer("B"), golden.integer("N"), golden.integer("dim"));
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void tokens_get_the_references_codes_and_outputs(Path path) {
        try (var golden = new EcoCase(path)) {
            var block = golden.block(folder, Numerator.OFFICIAL);
            for (var call : Map.of("x", "fwd.", "x2", "fwd2.").entrySet()) {
                var pass = block.forward(golden.array(call.getKey()));

                golden.assertClose(call.getValue() + "sigma", pass.sigma(), OUTPUT);
                golden.assertClose(call.getValue() + "presign", pass.beforeSign(), OUTPUT);
                golden.assertClose(call.getValue() + "codes", pass.codes(), EXACT);
                golden.assertClose(call.getValue() + "v", pass.values(), OUTPUT);
                golden.assertClose(call.getValue() + "attn_out", pass.attended(), OUTPUT);
                golden.assertClose(call.getValue() + "out", pass.output(), OUTPUT);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void a_hash_is_learned_bit_by_bit_as_the_reference_learns_it(Path path) {
        try (var golden = new EcoCase(path)) {
            var block = golden.block(folder, Numerator.OFFICIAL);
            var unit = block.units(golden.array("x"));
            golden.assertClose("hash.X", unit, OUTPUT);
            golden.assertClose("hash.S0", golden.learning().similarities(unit), EXACT);

            var hash =
                    golden.learning()
                            .learn(
                                    unit,
                                    golden.chosen(),
                                    golden.array("ksh.A_init"),
                                    bit -> assertLearned(golden, bit));

            golden.assertClose("hash.anchor", hash.anchors(), OUTPUT);
            golden.assertClose("hash.mvec", hash.mean(), OUTPUT);
            golden.assertClose("hash.A", hash.vectors(), VECTOR);
            var kernel = KernelHash.kernel(unit, hash.anchors()).values().sub(hash.mean());
            golden.assertClose("hash.K_centered", kernel, OUTPUT);
            assertUsable(golden, block.with(hash));
        }
    }

    private static void assertLearned(EcoCase golden, HashLearning.Bit bit) {
        int index = bit.index();
        golden.assertRow("hash.S_residual", index, bit.residual().toFloatArray(), EXACT);
        golden.assertRow("hash.losses", index, bit.losses(), LOSS);
        golden.assertRow("hash.a_candidate", index, bit.candidate(), VECTOR);
    }

    private static void assertUsable(EcoCase golden, EcoAttention block) {
        var pass = block.forward(golden.array("x"));
        golden.assertClose("fwd.codes", pass.codes(), EXACT);
        golden.assertClose("fwd.out", pass.output(), OUTPUT);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void gradients_pass_signs_as_in_the_reference(Path path) {
        try (var golden = new EcoCase(path)) {
            var block = golden.block(folder, Numerator.OFFICIAL);
            var x = golden.array("x");
            var inputs = inputs(block, x);
            inputs.values().forEach(each -> each.setRequiresGradient(true));

            try (var collector = Engine.getInstance().newGradientCollector()) {
                var output = block.forward(x).output();
                collector.backward(output.mul(golden.array("grad.cotangent")).sum());
            }

            inputs.forEach(
                    (name, array) -> golden.assertRelative(name, array.getGradient(), GRADIENT));
        }
    }

    private static Map<String, NDArray> inputs(EcoAttention block, NDArray x) {
        var inputs = new LinkedHashMap<String, NDArray>();
        inputs.put("grad.x", x);
        inputs.put("grad.to_qk.weight", block.queryKey().weight());
        inputs.put("grad.to_qk.bias", block.queryKey().bias());
        inputs.put("grad.to_v.weight", block.value().weight());
        inputs.put("grad.to_v.bias", block.value().bias());
        inputs.put("grad.proj.weight", block.output().weight());
        inputs.put("grad.proj.bias", block.output().bias());
        return inputs;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void the_consistent_numerator_sums_all_values(Path path) {
        try (var golden = new EcoCase(path)) {
            var codes = golden.array("fwd.codes");
            var values = golden.array("fwd.v");

            golden.assertClose(
                    "own.paper_attn_out",
                    CodeAttention.attend(codes, values, Numerator.CONSISTENT),
                    OUTPUT);
            golden.assertClose("own.causal_attn_out", CodeAttention.causal(codes, values), OUTPUT);
        }
    }
}
