package dev.millrace.gateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;

/** Who may import whom; what is not listed is forbidden. */
final class ImportRulesTest {
    private static final JavaClasses GATEWAY =
            new ClassFileImporter().importPath(Path.of("target/classes"));

    private static final String ROOT = "dev.millrace.gateway.";
    private static final String ALWAYS =
            "java..,org.jspecify..,org.slf4j..,dev.millrace.protocol..";

    @ParameterizedTest(name = "{0} -> {1}, {2}")
    @CsvSource(
            delimiter = '|',
            emptyValue = "",
            value = {
                "refusal    | ''                                  | ''",
                "admission  | refusal                             | ''",
                "log        | ''                                  | org.apache.kafka..",
                "tail       | admission,log                       | org.apache.kafka..",
                "registry   | log                                 | org.apache.kafka..",
                "stream     | refusal,tail                        |"
                        + " org.apache.kafka..,io.vertx.core..",
                "submit     | refusal,admission,log,stream        |"
                        + " io.vertx.core..,io.micrometer..",
                "undertaker | log,tail                            | org.apache.kafka..",
            })
    void a_package_imports_only_what_is_listed(String name, String ours, String others) {
        classes()
                .that()
                .resideInAPackage(ROOT + name + "..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(allowed(name, ours, others))
                .allowEmptyShould(false)
                .check(GATEWAY);
    }

    @Test
    void clients_are_served_without_touching_the_log() {
        classes()
                .that()
                .resideInAPackage(ROOT + "http..")
                .should()
                .onlyDependOnClassesThat()
                .resideOutsideOfPackages(
                        ROOT + "log..",
                        ROOT + "tail..",
                        ROOT + "undertaker..",
                        "org.apache.kafka..",
                        "dev.millrace.protocol.kafka..",
                        "ai.djl..")
                .allowEmptyShould(true)
                .check(GATEWAY);
    }

    @Test
    void there_are_no_cycles() {
        slices().matching(ROOT + "(*)..").should().beFreeOfCycles().check(GATEWAY);
        slices().matching(ROOT + "http.(*)..").should().beFreeOfCycles().check(GATEWAY);
    }

    @Test
    void what_a_route_does_knows_neither_the_table_nor_the_servers() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + "http.*..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + "http")
                .check(GATEWAY);
    }

    private static String[] allowed(String name, String ours, String others) {
        return Stream.of(
                        split(ALWAYS),
                        split(others),
                        split(ours).map(each -> ROOT + each + ".."),
                        Stream.of(ROOT + name + ".."))
                .flatMap(each -> each)
                .toArray(String[]::new);
    }

    private static Stream<String> split(String list) {
        return Arrays.stream(list.split(",")).filter(each -> !each.isEmpty());
    }
}
