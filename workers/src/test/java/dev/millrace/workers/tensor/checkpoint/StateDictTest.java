package dev.millrace.workers.tensor.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.millrace.workers.tensor.BadModelException;
import dev.millrace.workers.tensor.ElementType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;

/** What torch.save has written, and what it never would. */
class StateDictTest {
    private static final Path FOLDER = Path.of("src/test/resources/checkpoints");
    private static final String ZIP = "shapes_model_2_8_2_1_0.05.pth";
    private static final String OLD = "old.pth";

    @TempDir private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {ZIP, OLD})
    void both_formats_hold_the_tensors_with_their_values(String name) throws IOException {
        var expected = Files.readAllLines(FOLDER.resolve("values.txt"));
        var weight = "blocks.1.attn_blocks.0.attention.proj.weight";
        try (var dict = StateDict.open(FOLDER.resolve(name))) {
            assertThat(dict.shapes())
                    .containsEntry("var", List.of(4L, 12L))
                    .containsEntry("blocks.0.class_embed", List.of(3L, 1L, 8L))
                    .containsEntry(weight, List.of(8L, 8L))
                    .hasSize(1 + 2 * 19);
            assertThat(dict.type(weight)).isEqualTo(ElementType.F32);
            float[] values = dict.bytes(weight).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
            assertThat(values).hasSize(64);
            for (int i = 0; i < values.length; i++) {
                assertThat((double) values[i]).isEqualTo(Double.parseDouble(expected.get(i)));
            }
        }
    }

    @Test
    void a_program_that_would_run_a_command_is_refused_and_nothing_is_run() throws IOException {
        for (var file :
                List.of(
                        Forged.zip(folder.resolve("a"), Forged.SYSTEM, Map.of(), ZipEntry.STORED),
                        Forged.old(folder.resolve("b"), Forged.SYSTEM, 0, new byte[0]))) {
            assertThatThrownBy(() -> StateDict.open(file))
                    .isInstanceOf(BadModelException.class)
                    .hasMessageContaining("names 'posix system', which a state dict of tensors");
        }
        assertThat(Path.of("forged")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cbuiltins\\neval\\n. | names 'builtins eval'",
                "ctorch\\nload\\n. | names 'torch load'",
                "ccollections\\nOrderedDict\\nK\\u0001\\u0085R. | calls something that makes no"
                        + " tensor",
                "ctorch\\nFloatStorage\\n)R. | calls something that makes no tensor",
                "ccollections\\nOrderedDict\\n)\\u0081. | instruction 0x81 at byte 28",
                "i(os\\nsystem\\n. | instruction 0x69 at byte 2",
                "K\\u0001\\u0085Q. | refers to something that is no storage",
                "}K\\u0001K\\u0002s. | has a dictionary whose keys are not texts",
                "K\\u0001K\\u0001b. | gives attributes to something that is no dictionary",
                "t. | ends a list that it did not begin",
                "R. | uses a value that it did not make",
                "h\\u0005. | remembers a value that it did not keep",
                "X\\u00ff\\u00ff\\u00ff\\u00ff. | is cut off",
                "K\\u0001. | must hold a state dict",
            })
    void whatever_a_state_dict_does_not_need_is_refused(String program, String message)
            throws IOException {
        var file = Forged.zip(folder.resolve("a"), unescaped(program), Map.of(), ZipEntry.STORED);

        assertThatThrownBy(() -> StateDict.open(file))
                .isInstanceOf(BadModelException.class)
                .hasMessageContaining(message);
    }

    private static String unescaped(String program) {
        var text = new StringBuilder("\u0080\u0002");
        for (int i = 0; i < program.length(); i++) {
            if (program.startsWith("\\u", i)) {
                text.append((char) Integer.parseInt(program.substring(i + 2, i + 6), 16));
                i += 5;
            } else if (program.startsWith("\\n", i)) {
                text.append('\n');
                i++;
            } else {
                text.append(program.charAt(i));
            }
        }
        return text.toString();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "6 | 0 | 2 | 3 | 3 | 24 | ''",
                "6 | 0 | 2 | 3 | 3 | 20 | storage 0 must have 24 bytes, has 20",
                "6 | 0 | 2 | 3 | 3 | 28 | storage 0 must have 24 bytes, has 28",
                "6 | 1 | 2 | 3 | 3 | 24 | must lie row by row in a storage of 6",
                "6 | -1 | 2 | 3 | 3 | 24 | must lie row by row in a storage of 6",
                "6 | 0 | 3 | 3 | 3 | 24 | must lie row by row in a storage of 6",
                "6 | 0 | 2 | 3 | 1 | 24 | must lie row by row in a storage of 6",
                "6 | 0 | -2 | 3 | 3 | 24 | must lie row by row in a storage of 6",
                "6 | 0 | 2147483647 | 2147483647 | 2147483647 | 24 | must lie row by row in a",
            })
    void a_tensor_lies_within_a_storage_of_its_length(
            int stored, int offset, int rows, int columns, int stride, int bytes, String message)
            throws IOException {
        var program = Forged.tensor(stored, offset, rows, columns, stride);
        var storages = Map.of("0", new byte[bytes]);
        var file = Forged.zip(folder.resolve("a"), program, storages, ZipEntry.STORED);

        if (message.isEmpty()) {
            try (var dict = StateDict.open(file)) {
                assertThat(dict.bytes("w").byteSize()).isEqualTo(24);
            }
        } else {
            assertThatThrownBy(() -> StateDict.open(file))
                    .isInstanceOf(BadModelException.class)
                    .hasMessageContaining(message);
        }
    }

    @Test
    void a_storage_of_another_length_in_the_older_format_is_refused() throws IOException {
        var program = Forged.tensor(6, 0, 2, 3, 3);

        assertThatThrownBy(() ->
                        StateDict.open(Forged.old(folder.resolve("a"), program, 5, new byte[20])))
                .hasMessageContaining("storage 0 must have 6 elements, has 5");
        assertThatThrownBy(() ->
                        StateDict.open(Forged.old(folder.resolve("b"), program, 6, new byte[23])))
                .hasMessageContaining("storage 0 is cut off");
        assertThatThrownBy(() ->
                        StateDict.open(
                                Forged.old(
                                        folder.resolve("c"),
                                        program,
                                        Long.MAX_VALUE,
                                        new byte[24])))
                .hasMessageContaining("storage 0 is cut off");
        try (var dict = StateDict.open(Forged.old(folder.resolve("d"), program, 6, new byte[24]))) {
            assertThat(dict.shapes()).containsEntry("w", List.of(2L, 3L));
        }
    }

    @Test
    void a_missing_and_a_compressed_storage_are_refused() throws IOException {
        var program = Forged.tensor(6, 0, 2, 3, 3);
        var without = Forged.zip(folder.resolve("a"), program, Map.of(), ZipEntry.STORED);
        var storages = Map.of("0", new byte[24]);
        var packed = Forged.zip(folder.resolve("b"), program, storages, ZipEntry.DEFLATED);

        assertThatThrownBy(() -> StateDict.open(without))
                .hasMessageContaining("storage 0 is missing");
        try (var dict = StateDict.open(packed)) {
            assertThatThrownBy(() -> dict.bytes("w"))
                    .hasMessageContaining("archive/data/0 must be stored uncompressed");
        }
    }

    @Test
    void a_program_that_is_too_large_is_refused() throws IOException {
        var large = new byte[(int) StateDict.MAX_PICKLE + 1];
        var file =
                Forged.zip(
                        folder.resolve("a"),
                        new String(large, ISO_8859_1),
                        Map.of(),
                        ZipEntry.STORED);

        assertThatThrownBy(() -> StateDict.open(file))
                .isInstanceOf(BadModelException.class)
                .hasMessageContaining("data.pkl must be stored uncompressed with at most 16777216");
    }

    @ParameterizedTest
    @ValueSource(strings = {ZIP, OLD})
    void a_file_that_is_cut_off_is_refused_wherever_it_ends(String name) throws IOException {
        byte[] whole = Files.readAllBytes(FOLDER.resolve(name));
        var file = folder.resolve("cut");
        for (int length = 0; length < whole.length; length += 1 + length / 40) {
            Files.write(file, Arrays.copyOf(whole, length));

            assertThatThrownBy(() -> StateDict.open(file))
                    .as("%d of %d bytes", length, whole.length)
                    .isInstanceOf(BadModelException.class);
        }
    }

    /**
     * Any byte of the program may be any other: there is an answer or a complaint, nothing else.
     */
    @Test
    void a_program_with_a_wrong_byte_is_read_or_refused() throws IOException {
        byte[] whole = Files.readAllBytes(FOLDER.resolve(OLD));
        var file = folder.resolve("wrong");
        for (int i = 0; i < 3000; i += 3) {
            byte[] wrong = whole.clone();
            wrong[i] ^= (byte) (1 << i % 8);
            Files.write(file, wrong);
            try (var dict = StateDict.open(file)) {
                assertThat(dict.shapes()).isNotEmpty();
            } catch (BadModelException e) {
                assertThat(e).hasMessageContaining(file.toString());
            }
        }
    }
}
