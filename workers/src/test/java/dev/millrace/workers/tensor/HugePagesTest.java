package dev.millrace.workers.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

class HugePagesTest {
    private static final Pattern BOUNDS = Pattern.compile("([0-9a-f]+)-([0-9a-f]+) ");
    private static final Path SWITCH = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");

    @Test
    void large_memory_asks_for_huge_pages_where_there_are_any() throws IOException {
        Torch.prepareThread();
        try (var scope = Torch.newScope(Devices.cpu())) {
            var large = new Tensors(scope).empty(scope, ElementType.F32, 4, 1 << 20);
            long middle = Tensors.memory(large).address() + (8 << 20);

            HugePages.advise(large);

            boolean areThere = Files.exists(SWITCH);
            assertThat(flags(middle).contains(" hg")).isEqualTo(areThere);
        }
    }

    @Test
    void small_memory_is_left_alone() throws IOException {
        Torch.prepareThread();
        try (var scope = Torch.newScope(Devices.cpu())) {
            var small = new Tensors(scope).empty(scope, ElementType.F32, 4);

            HugePages.advise(small);

            assertThat(flags(Tensors.memory(small).address())).doesNotContain(" hg");
        }
    }

    /** What the kernel says of the mapping that holds an address. */
    private static String flags(long address) throws IOException {
        boolean isInside = false;
        for (var line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
            var bounds = BOUNDS.matcher(line);
            if (bounds.lookingAt()) {
                isInside =
                        Long.parseUnsignedLong(bounds.group(1), 16) <= address
                                && address < Long.parseUnsignedLong(bounds.group(2), 16);
            } else if (isInside && line.startsWith("VmFlags")) {
                return line;
            }
        }
        return "";
    }
}
