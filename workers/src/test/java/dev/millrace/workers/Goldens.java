package dev.millrace.workers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.millrace.workers.tensor.Safetensors;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * Finds golden cases by their files: below the folder of {@code -Dmillrace.goldens}, else below the
 * module's own copies. A case is a folder, or the files that begin with the same name; what it
 * holds says which tests it is for.
 */
public final class Goldens {
    private static final String PROPERTY = "millrace.goldens";
    private static final String ANY = "golden";
    private static final String VECTORS = ".vectors.safetensors";
    private static final String INPUTS = "_inputs.safetensors";
    private static final String EXPECTED = "expected.safetensors";
    private static final String TENSORS = ".safetensors";
    private static final String BLOCK = "ksh.A_init";

    private Goldens() {}

    /**
     * All folders that hold a file of this name, in the order of their paths.
     *
     * <p>A family of cases that is absent is reported by name as skipped; a folder without a case
     * of any family is a mistake and fails.
     */
    public static List<Path> casesWith(String file) {
        var root = root();
        return present(root, file, folders(root, file));
    }

    /**
     * All files {@code NAME.vectors.safetensors} of a family's folder or below it, in the order of
     * their paths; absent families are treated as above.
     */
    public static List<Path> vectorsOf(String family) {
        var root = root();
        try (var all = Files.walk(root)) {
            var files =
                    all.filter(path -> path.toString().endsWith(VECTORS))
                            .filter(path -> path.resolveSibling("").toString().contains(family))
                            .sorted()
                            .toList();
            return present(root, family + "/*" + VECTORS, files);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * All folders with a file of this name of which {@code isOf} holds, in the order of their
     * paths; absent families are treated as above.
     */
    public static List<Path> casesWith(String file, String family, Predicate<Path> isOf) {
        var root = root();
        var cases = folders(root, file).stream().filter(isOf).toList();
        return present(root, file + " of " + family, cases);
    }

    /**
     * All files whose name begins with the family's and ends so, in the order of their paths;
     * absent families are treated as above.
     */
    public static List<Path> filesEnding(String end, String family) {
        var root = root();
        try (var all = Files.walk(root)) {
            var files =
                    all.filter(path -> path.getFileName().toString().startsWith(family))
                            .filter(path -> path.getFileName().toString().endsWith(end))
                            .sorted();
            return present(root, family + "*" + end, files.toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * All names NAME, as paths, of files {@code NAME_inputs.safetensors} that hold a tensor, with
     * {@code NAME_expected.safetensors} and {@code NAME.json} beside them; absent families are
     * treated as above.
     */
    public static List<Path> scenesWith(String tensor) {
        var root = root();
        try (var all = Files.walk(root)) {
            var scenes =
                    all.filter(path -> path.toString().endsWith(INPUTS))
                            .filter(path -> holds(path, tensor))
                            .map(path -> Path.of(path.toString().replace(INPUTS, "")))
                            .sorted()
                            .toList();
            return present(root, "*" + INPUTS + " with " + tensor, scenes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * All safetensors files that hold a learned block's hash before it was learned, in the order of
     * their paths; absent families are treated as above.
     */
    public static List<Path> blocks() {
        var root = root();
        try (var all = Files.walk(root)) {
            return present(
                    root, "ecoformer/*" + TENSORS, all.filter(Goldens::isBlock).sorted().toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isBlock(Path path) {
        return path.toString().endsWith(TENSORS) && holds(path, BLOCK);
    }

    private static boolean holds(Path file, String tensor) {
        try (var tensors = Safetensors.open(file)) {
            return tensors.contains(tensor);
        }
    }

    private static List<Path> present(Path root, String what, List<Path> cases) {
        if (cases.isEmpty()) {
            assertThat(isAnywhere(root)).as("a golden case of any family below " + root).isTrue();
        }
        assumeFalse(cases.isEmpty(), "no golden case with " + what + " below " + root);
        return cases;
    }

    private static Path root() {
        var named = System.getProperty(PROPERTY);
        if (named == null) {
            return own();
        }
        var root = Path.of(named);
        assertThat(root).as("-D" + PROPERTY).isAbsolute().isDirectory();
        return root;
    }

    private static Path own() {
        try {
            return Path.of(Objects.requireNonNull(Goldens.class.getResource("/goldens")).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Path> folders(Path root, String file) {
        try (var all = Files.walk(root)) {
            return all.filter(path -> path.endsWith(file)).map(Path::getParent).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isAnywhere(Path root) {
        try (var all = Files.walk(root)) {
            return all.anyMatch(Goldens::isOfCase);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isOfCase(Path path) {
        var name = path.getFileName().toString();
        boolean isNamed = name.startsWith(ANY) || name.endsWith(VECTORS) || name.endsWith(EXPECTED);
        return isNamed || isBlock(path);
    }
}
