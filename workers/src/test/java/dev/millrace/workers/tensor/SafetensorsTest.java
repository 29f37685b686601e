package dev.millrace.workers.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

class SafetensorsTest {
    @TempDir Path directory;

    @Test
    void what_is_written_is_read_back_in_every_float_type() throws IOException {
        var file = directory.resolve("t.safetensors");
        new SafetensorsWriter()
                .add("a", ElementType.F32, new float[] {1.1f, -2, 3, 4, 5, 6}, 2, 3)
                .add("b", ElementType.F16, new float[] {0.5f, -65504}, 2)
                .add("c", ElementType.BF16, new float[] {1, -3.140625f, Float.NaN}, 3)
                .writeTo(file);

        try (var read = Safetensors.open(file)) {
            assertThat(read.names()).containsExactly("a", "b", "c");
            assertThat(read.entry("a", 2, 3).type()).isEqualTo(ElementType.F32);
            assertThat(read.floats("a")).containsExactly(1.1f, -2, 3, 4, 5, 6);
            assertThat(read.floats("b")).containsExactly(0.5f, -65504);
            assertThat(read.floats("c")).containsExactly(1, -3.140625f, Float.NaN);
        }
    }

    @Test
    void bf16_is_rounded_half_to_even() throws IOException {
        var file = directory.resolve("t.safetensors");
        float step = 1f / 128;
        new SafetensorsWriter()
                .add(
                        "a",
                        ElementType.BF16,
                        new float[] {1 + step / 2, 1 + 3 * step / 2, Float.MAX_VALUE},
                        3)
                .writeTo(file);

        try (var read = Safetensors.open(file)) {
            assertThat(read.floats("a")).containsExactly(1, 1 + 2 * step, Float.POSITIVE_INFINITY);
        }
    }

    @Test
    void a_directory_with_an_index_is_read_across_its_shards() throws IOException {
        shard("one.safetensors", "a", 1);
        shard("two.safetensors", "b", 2);
        index("{\"weight_map\":{\"a\":\"one.safetensors\",\"b\":\"two.safetensors\"}}");

        try (var read = Safetensors.open(directory)) {
            assertThat(read.floats("a")).containsExactly(1);
            assertThat(read.floats("b")).containsExactly(2);
        }
    }

    @Test
    void a_missing_shard_is_named_with_the_tensor_that_should_be_there() throws IOException {
        shard("one.safetensors", "a", 1);
        index("{\"weight_map\":{\"a\":\"one.safetensors\",\"b\":\"two.safetensors\"}}");

        assertThatThrownBy(() -> Safetensors.open(directory))
                .isInstanceOf(BadModelException.class)
                .hasMessageContainingAll("two.safetensors", "shard is missing", "tensor b");
    }

    @Test
    void an_index_that_promises_what_a_shard_does_not_hold_is_refused() throws IOException {
        shard("one.safetensors", "a", 1);
        index("{\"weight_map\":{\"a\":\"one.safetensors\",\"b\":\"one.safetensors\"}}");

        assertThatThrownBy(() -> Safetensors.open(directory))
                .hasMessageContainingAll("one.safetensors", "tensor b");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {"weight_map":{"a":"../one.safetensors"}} | beside the index
                    {"weight_map":{"a":7}}                    | beside the index
                    {"weight_map":{}}                         | weight_map must be
                    {"weight_map":                            | not JSON
                    """)
    void a_broken_index_is_refused(String index, String complaint) throws IOException {
        index(index);

        assertThatThrownBy(() -> Safetensors.open(directory))
                .isInstanceOf(BadModelException.class)
                .hasMessageContainingAll("model.safetensors.index.json", complaint);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}                                                        | 4 | tensor a: truncated
                    {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}                                                        | 9 | 1 bytes of no tensor
                    {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}                                                        | 4 | tensor a: data_offsets
                    {"a":{"dtype":"F32","shape":[1],"data_offsets":[8,4]}}                                                        | 8 | tensor a: data_offsets
                    {"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}                                                       | 8 | tensor a: data_offsets
                    {"a":{"dtype":"F32","shape":[1]}}                                                                             | 4 | tensor a: data_offsets must be two
                    {"a":{"dtype":"F8_E4M3","shape":[1],"data_offsets":[0,1]}}                                                    | 1 | tensor a: dtype
                    {"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}                                                       | 4 | tensor a: shape
                    {"a":{"dtype":"F32","shape":1,"data_offsets":[0,4]}}                                                          | 4 | tensor a: shape
                    {"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}                                    | 0 | tensor a: shape
                    {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}   | 6 | tensor b: overlaps
                    {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}  | 12 | tensor b: begins at 8
                    {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}   | 4 | Duplicate
                    [1]                                                                                                           | 0 | header must be a JSON object
                    {"a":                                                                                                         | 0 | header is not JSON
                    """)
    void a_broken_header_is_refused_by_file_and_tensor(
            String header, int dataBytes, String complaint) throws IOException {
        var file = raw(header, header.getBytes(StandardCharsets.UTF_8).length, dataBytes);

        assertThatThrownBy(() -> Safetensors.open(file))
                .isInstanceOf(BadModelException.class)
                .hasMessageContainingAll("raw.safetensors", complaint)
                .hasMessageNotContaining("\n");
    }

    @ParameterizedTest
    @CsvSource({"100000001, at most 100000000", "-1, at most 100000000", "50, truncated"})
    void a_header_length_beyond_the_limit_or_the_file_is_refused(long length, String complaint)
            throws IOException {
        var file = raw("{}", length, 0);

        assertThatThrownBy(() -> Safetensors.open(file))
                .hasMessageContainingAll("raw.safetensors", complaint);
    }

    @Test
    void a_file_too_short_for_a_header_is_refused() throws IOException {
        var file = Files.write(directory.resolve("short.safetensors"), new byte[7]);

        assertThatThrownBy(() -> Safetensors.open(file))
                .hasMessageContainingAll("short.safetensors", "truncated");
    }

    @Test
    void an_empty_directory_says_what_it_lacks() {
        assertThatThrownBy(() -> Safetensors.open(directory))
                .hasMessageContaining("neither model.safetensors nor");
    }

    @Test
    void a_wrong_shape_is_refused_with_both_shapes() throws IOException {
        var file = shard("one.safetensors", "a", 1);

        try (var read = Safetensors.open(file)) {
            assertThatThrownBy(() -> read.entry("a", 2, 1))
                    .hasMessageContainingAll("one.safetensors", "tensor a", "[2, 1]", "[1]");
        }
    }

    /** The file is sparse: it claims three GiB and occupies a few blocks. */
    @Test
    void a_file_beyond_two_gibibytes_is_read_at_its_end() throws IOException {
        long rows = 3L << 18;
        long bytes = rows * 1024 * 4;
        var header =
                "{\"big\":{\"dtype\":\"F32\",\"shape\":["
                        + rows
                        + ",1024],\"data_offsets\":[0,"
                        + bytes
                        + "]},\"last\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":["
                        + bytes
                        + ","
                        + (bytes + 4)
                        + "]}}";
        var file = raw(header, header.length(), 0);
        try (var sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.seek(8 + header.length() + bytes);
            sparse.writeInt(Integer.reverseBytes(Float.floatToIntBits(2.5f)));
        }

        try (var read = Safetensors.open(file)) {
            assertThat(read.floats("last")).containsExactly(2.5f);
            assertThat(read.bytes("big").byteSize()).isEqualTo(bytes);
        }
    }

    private Path shard(String name, String tensor, float value) throws IOException {
        var file = directory.resolve(name);
        new SafetensorsWriter().add(tensor, ElementType.F32, new float[] {value}, 1).writeTo(file);
        return file;
    }

    private void index(String json) throws IOException {
        Files.writeString(directory.resolve("model.safetensors.index.json"), json);
    }

    private Path raw(String header, long length, int dataBytes) throws IOException {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        var bytes = ByteBuffer.allocate(8 + json.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(length).put(json);
        return Files.write(directory.resolve("raw.safetensors"), bytes.array());
    }
}
