package dev.millrace.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Programs that a test needs and a developer's machine may lack: there the test is skipped by name.
 * Where the environment says {@code MILLRACE_TOOLS=required}, as the gate does, it fails.
 */
final class Tools {
    private static final boolean REQUIRED = "required".equals(System.getenv("MILLRACE_TOOLS"));

    private Tools() {}

    static void need(Path... files) {
        var missing = Stream.of(files).filter(file -> !Files.exists(file)).toList();
        if (REQUIRED) {
            assertThat(missing).as("programs that this test needs").isEmpty();
        }
        assumeTrue(missing.isEmpty(), "not installed: " + missing);
    }
}
