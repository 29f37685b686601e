package dev.millrace.workers.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;

class WeightTableTest {
    private static final WeightTable TABLE =
            new WeightTable().norm("first", 2).linear("second", 2, 3).plain("scale");

    @TempDir private Path folder;

    @BeforeEach
    void prepareThread() {
        Torch.prepareThread();
    }

    private static SafetensorsWriter complete() {
        return new SafetensorsWriter()
                .add("first.weight", ElementType.F32, new float[] {1, 2}, 2)
                .add("first.bias", ElementType.F16, new float[] {3, 4}, 2)
                .add("second.weight", ElementType.BF16, new float[] {1, 2, 3, 4, 5, 6}, 3, 2)
                .add("second.bias", ElementType.F32, new float[] {7, 8, 9}, 3);
    }

    private Safetensors written(SafetensorsWriter writer) throws IOException {
        writer.writeTo(folder.resolve("model.safetensors"));
        return Safetensors.open(folder);
    }

    private static void load(Safetensors files) {
        try (var manager = Torch.newScope(Devices.cpu())) {
            TABLE.load(files, manager, ElementType.F32, name -> name.equals("ignored"));
        }
    }

    @Test
    void names_in_a_text_become_places() {
        var text = TABLE.numbered("f(w[\"second.weight\"], @[\"second.bias\"] + 1, w[i])");

        assertThat(text).isEqualTo("f(w[2], 3 + 1, w[i])");
    }

    @Test
    void a_name_that_is_not_in_the_table_is_a_mistake() {
        assertThatThrownBy(() -> TABLE.numbered("w[\"third\"]"))
                .hasMessage("there is no weight third");
        assertThatThrownBy(() -> new WeightTable().plain("a", 1).plain("a", 2))
                .hasMessage("there are two weights a");
    }

    @Test
    void weights_come_in_the_tables_order_those_of_products_in_the_inner_type() throws IOException {
        var writer = complete().add("scale", ElementType.F32, new float[] {5});
        try (var files = written(writer.add("ignored", ElementType.I64, new float[] {1}, 1));
                var manager = Torch.newScope(Devices.cpu());
                var tensors = new Tensors(manager)) {
            var loaded = TABLE.load(files, manager, ElementType.BF16, "ignored"::equals);

            assertThat(loaded).hasSize(5);
            assertThat(loaded.get(1).toFloatArray()).containsExactly(3, 4);
            assertThat(Tensors.memory(loaded.get(2)).byteSize()).isEqualTo(12);
            var wide = tensors.cast(manager, loaded.get(2), ElementType.F32);
            assertThat(wide.toFloatArray()).containsExactly(1, 2, 3, 4, 5, 6);
            assertThat(loaded.get(4).getShape().dimension()).isZero();
        }
    }

    @Test
    void a_missing_weight_is_named() throws IOException {
        try (var files = written(complete())) {
            assertThatThrownBy(() -> load(files))
                    .isInstanceOf(BadModelException.class)
                    .hasMessageContaining("tensors are missing: scale");
        }
    }

    @Test
    void a_weight_that_nobody_expects_is_named() throws IOException {
        var writer = complete().add("scale", ElementType.F32, new float[] {5});
        try (var files = written(writer.add("other", ElementType.F32, new float[] {5}, 1))) {
            assertThatThrownBy(() -> load(files))
                    .isInstanceOf(BadModelException.class)
                    .hasMessageContaining("tensors are not expected: other");
        }
    }

    @Test
    void a_weight_of_another_shape_or_type_is_named_with_both() throws IOException {
        var shaped = complete().add("scale", ElementType.F32, new float[] {5}, 1);
        try (var files = written(shaped)) {
            assertThatThrownBy(() -> load(files))
                    .hasMessageContaining("tensor scale: shape must be [], was [1]");
        }
        var typed = complete().add("scale", ElementType.I64, new float[] {5});
        try (var files = written(typed)) {
            assertThatThrownBy(() -> load(files))
                    .hasMessageContaining("tensor scale: dtype must be one of")
                    .hasMessageContaining("was I64");
        }
    }
}
