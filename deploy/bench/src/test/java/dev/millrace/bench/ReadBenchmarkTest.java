package dev.millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ReadBenchmarkTest {
    @Test
    void a_pass_reads_every_byte_once() {
        try (var read = new ReadBenchmark(100_000)) {
            read.warm(0);

            assertThat(read.sum()).isEqualTo(read.bytes() / 8 * 0x0101010101010101L);
        }
    }
}
