package dev.millrace.workers.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Path;

class TensorsTest {
    @TempDir Path directory;

    private NDManager manager;

    @BeforeEach
    void open() {
        Torch.prepareThread();
        manager = Torch.newScope(Devices.cpu());
    }

    @AfterEach
    void close() {
        manager.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "F16", "BF16"})
    void a_tensor_of_any_float_type_is_loaded_for_computing_in_f32_and_in_bf16(ElementType stored)
            throws IOException {
        var file = directory.resolve("t.safetensors");
        float[] values = {1, -2, 0.5f, 4, 1.5f, -8, 16};
        new SafetensorsWriter().add("a", stored, values, 7, 1).writeTo(file);

        try (var tensors = new Tensors(manager, 3);
                var files = Safetensors.open(file)) {
            var wide = tensors.load(manager, files, "a", ElementType.F32);
            var narrow =
                    tensors.cast(
                            manager,
                            tensors.load(manager, files, "a", ElementType.BF16),
                            ElementType.F32);

            assertThat(wide.getShape().getShape()).containsExactly(7, 1);
            assertThat(wide.toFloatArray()).containsExactly(values);
            assertThat(narrow.toFloatArray()).containsExactly(values);
        }
    }

    @Test
    void loading_leaves_nothing_behind_but_the_tensor() throws IOException {
        var file = directory.resolve("t.safetensors");
        new SafetensorsWriter().add("a", ElementType.BF16, new float[8], 8).writeTo(file);

        try (var tensors = new Tensors(manager, 3);
                var files = Safetensors.open(file)) {
            int before = manager.getManagedArrays().size();
            tensors.load(manager, files, "a", ElementType.F32);

            assertThat(manager.getManagedArrays()).hasSize(before + 1);
        }
    }

    @Test
    void bf16_is_refused_before_djl_sees_it() {
        assertThatThrownBy(ElementType.BF16::djl).isInstanceOf(IllegalArgumentException.class);
    }

    /** DJL would hand it to its JNI, which ends the process. */
    @Test
    void no_class_of_ours_names_djls_bf16_or_lets_it_map_safetensors_types() {
        var classes = new ClassFileImporter().importPath(Path.of("target/classes"));

        ArchRuleDefinition.noClasses()
                .should()
                .accessField(ai.djl.ndarray.types.DataType.class, "BFLOAT16")
                .orShould()
                .callMethod(ai.djl.ndarray.types.DataType.class, "fromSafetensors", String.class)
                .orShould()
                .callMethod(
                        ai.djl.ndarray.NDList.class,
                        "decode",
                        NDManager.class,
                        java.io.InputStream.class)
                .check(classes);
    }

    @Test
    void a_script_is_text_and_its_arguments_are_tensors_lists_and_numbers() {
        var text =
                """
                def mix(self: __torch__.M, x: Tensor, more: List[Tensor], at: List[int], k: int, s: float) -> List[Tensor]:
                  y = torch.mul(torch.add(x, more[at[0]]), s)
                  return [y, torch.narrow(y, 0, 0, k)]
                """;
        try (var script = Script.compile(manager, text)) {
            var x = manager.create(new float[] {1, 2, 3});
            var out =
                    script.callForList(
                            manager,
                            "mix",
                            x,
                            new ai.djl.ndarray.NDList(x, x.mul(2)),
                            new long[] {1},
                            2,
                            0.5);

            assertThat(out.get(0).toFloatArray()).containsExactly(1.5f, 3, 4.5f);
            assertThat(out.get(1).toFloatArray()).containsExactly(1.5f, 3);
        }
    }

    @Test
    void a_device_that_is_not_here_is_refused_by_name() {
        assertThat(Devices.named("auto", 0).isCpu()).isTrue();
        assertThat(Devices.named("auto", 2).device().getDeviceId()).isZero();
        assertThat(Devices.named("gpu1", 2).device().getDeviceId()).isEqualTo(1);
        assertThatThrownBy(() -> Devices.named("gpu1", 1))
                .hasMessage("device gpu1 does not exist here: GPUs found: 1");
        assertThatThrownBy(() -> Devices.named("tpu", 1)).hasMessageContaining("\"tpu\"");
    }
}
