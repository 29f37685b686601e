package dev.millrace.protocol;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;

import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;

/** Who may import whom in this module, and what no class here may be called. */
class ImportRulesTest {
    private static final JavaClasses CLASSES =
            new ClassFileImporter().importPath(Path.of("target/classes"));

    private static final String CORE = "dev.millrace.protocol";
    private static final String CODEC = CORE + ".codec";
    private static final String KAFKA = CORE + ".kafka";
    private static final String SETTINGS = CORE + ".settings";
    private static final String[] JDK = {"java..", "org.jspecify.annotations"};

    private static ArchRule only(String from, String... allowed) {
        var all = Stream.concat(Arrays.stream(JDK), Stream.of(allowed)).toArray(String[]::new);
        return classes()
                .that()
                .resideInAPackage(from)
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(all));
    }

    @Test
    void the_words_need_nothing_but_the_jdk() {
        only(CORE, CORE).check(CLASSES);
        only(SETTINGS, SETTINGS).check(CLASSES);
    }

    @Test
    void the_codec_adds_jackson() {
        only(CODEC, CODEC, CORE, "com.fasterxml.jackson..").check(CLASSES);
    }

    @Test
    void the_kafka_package_adds_the_kafka_client() {
        only(KAFKA, KAFKA, CODEC, CORE, SETTINGS, "org.apache.kafka..").check(CLASSES);
    }

    @Test
    void there_is_no_other_package() {
        classes().should().resideInAnyPackage(CORE, CODEC, KAFKA, SETTINGS).check(CLASSES);
    }

    @Test
    void packages_do_not_depend_on_each_other_in_circles() {
        slices().matching(CORE + ".(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void every_package_is_null_marked() {
        assertThat(CLASSES.stream().map(type -> type.getPackage()).distinct())
                .isNotEmpty()
                .allMatch(folder -> folder.isAnnotatedWith(NullMarked.class));
    }

    @Test
    void every_class_is_called_after_what_it_is() {
        noClasses()
                .should()
                .haveNameMatching(".*(Impl|Manager|Helper|Utils?)|.*\\.(Abstract|Base)[A-Z]\\w*")
                .check(CLASSES);
    }
}
