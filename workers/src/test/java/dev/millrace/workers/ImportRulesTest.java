package dev.millrace.workers;

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

/** Who may import whom in this module. */
class ImportRulesTest {
    private static final JavaClasses CLASSES =
            new ClassFileImporter().importPath(Path.of("target/classes"));

    private static final String TOP = "dev.millrace.workers";
    private static final String RUN = TOP + ".run";
    private static final String EMIT = TOP + ".emit";
    private static final String CLAIM = TOP + ".claim";
    private static final String TENSOR = TOP + ".tensor";
    private static final String SIMD = TOP + ".simd";
    private static final String VECTOR = "jdk.incubator.vector";
    private static final String TEXT = TOP + ".text..";
    private static final String IMAGE = TOP + ".image..";
    private static final String FLOW = TOP + ".image.flow";
    private static final String SOLVE = TOP + ".image.solve";
    private static final String SEGMENT = TOP + ".segment..";
    private static final String MASK = TOP + ".segment.mask";
    private static final String ZIP = TOP + ".segment.zip";
    private static final String ENERGY = TOP + ".energy";
    private static final String ECO = TOP + ".eco";
    private static final String SYNTHETIC = TOP + ".synthetic";
    private static final String WORDS = "dev.millrace.protocol";
    private static final String CODEC = WORDS + ".codec";
    private static final String RECORDS = WORDS + ".kafka";
    private static final String KAFKA = "org.apache.kafka..";
    private static final String DJL = "ai.djl..";
    private static final String JSON = "com.fasterxml.jackson..";
    private static final String IMAGE_IO = "javax.imageio..";
    private static final String WEBP = "com.twelvemonkeys..";
    private static final String[] ALL_MAY = {"java..", "org.jspecify.annotations", "org.slf4j.."};

    private static ArchRule only(String from, String... allowed) {
        var all = Stream.concat(Arrays.stream(ALL_MAY), Stream.of(allowed)).toArray(String[]::new);
        return classes()
                .that()
                .resideInAPackage(from)
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(all));
    }

    @Test
    void the_loop_knows_the_words_and_neither_kafka_nor_a_model() {
        only(RUN, RUN, WORDS).check(CLASSES);
    }

    @Test
    void emit_adds_the_producer() {
        only(EMIT, EMIT, RUN, WORDS, RECORDS, KAFKA).check(CLASSES);
    }

    @Test
    void claim_adds_the_consumers_and_says_its_claims_through_emit() {
        only(CLAIM, CLAIM, EMIT, RUN, WORDS, CODEC, RECORDS, KAFKA).check(CLASSES);
    }

    @Test
    void the_synthetic_engine_knows_the_loop_alone() {
        only(SYNTHETIC, SYNTHETIC, RUN, WORDS).check(CLASSES);
    }

    @Test
    void tensors_know_nothing_of_ours() {
        only(TENSOR, TENSOR, DJL, JSON).check(CLASSES);
    }

    @Test
    void the_energy_saving_block_knows_tensors_alone() {
        only(ECO, ECO, TENSOR, DJL).check(CLASSES);
    }

    @Test
    void meters_know_nothing_at_all() {
        only(ENERGY, ENERGY).check(CLASSES);
    }

    @Test
    void lanes_know_nothing_of_ours() {
        only(SIMD, SIMD, VECTOR).check(CLASSES);
    }

    @Test
    void the_text_kind_knows_no_kafka_and_no_other_kind() {
        only(TEXT, TEXT, RUN, TENSOR, SIMD, ENERGY, WORDS, DJL, JSON, "com.sun.management", VECTOR)
                .check(CLASSES);
    }

    @Test
    void the_image_kind_knows_no_kafka_and_no_other_kind() {
        only(IMAGE, IMAGE, RUN, TENSOR, SIMD, WORDS, DJL, JSON, VECTOR).check(CLASSES);
    }

    @Test
    void the_segment_kind_knows_no_kafka_and_no_other_kind() {
        only(SEGMENT, SEGMENT, RUN, TENSOR, WORDS, DJL, IMAGE_IO, WEBP, VECTOR).check(CLASSES);
    }

    @Test
    void clip_and_sam_know_neither_each_other_nor_the_loop() {
        var blocks = TOP + ".segment.blocks";
        var picture = TOP + ".segment.picture";
        var clip = TOP + ".segment.clip";
        var sam = TOP + ".segment.sam";
        var mask = TOP + ".segment.mask";
        only(blocks, blocks, TENSOR).check(CLASSES);
        only(picture, picture, TENSOR, WORDS, DJL, IMAGE_IO, WEBP).check(CLASSES);
        only(clip, clip, blocks, picture, TENSOR, DJL).check(CLASSES);
        only(sam, sam, blocks, picture, mask, TENSOR, DJL).check(CLASSES);
    }

    @Test
    void solvers_know_what_a_flow_is_and_no_tensor() {
        only(SOLVE, SOLVE, FLOW).check(CLASSES);
        only(FLOW + "..", FLOW + "..", TENSOR, SIMD, DJL, JSON, VECTOR).check(CLASSES);
        only(FLOW, FLOW, TENSOR, DJL).check(CLASSES);
        only(FLOW + ".tarflow.vector", FLOW + ".tarflow.vector", FLOW, SIMD, VECTOR).check(CLASSES);
    }

    @Test
    void masks_know_how_they_are_written_down_and_not_how_they_are_found() {
        only(MASK, MASK, WORDS, IMAGE_IO).check(CLASSES);
    }

    @Test
    void boundaries_are_found_without_knowing_tensors_or_models() {
        only(ZIP, ZIP, MASK, VECTOR).check(CLASSES);
    }

    @Test
    void kafka_is_known_to_claim_and_emit_alone() {
        noClasses()
                .that()
                .resideOutsideOfPackages(CLAIM, EMIT)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(KAFKA)
                .check(CLASSES);
    }

    @Test
    void an_architecture_knows_no_other_and_not_the_loop() {
        slices().matching(TOP + ".text.model.(*)..").should().notDependOnEachOther().check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage(TOP + ".text.model..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(RUN)
                .check(CLASSES);
    }

    @Test
    void nothing_below_knows_the_wiring() {
        noClasses()
                .that()
                .resideOutsideOfPackage(TOP)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(TOP)
                .check(CLASSES);
    }

    @Test
    void packages_do_not_depend_on_each_other_in_circles() {
        slices().matching(TOP + ".(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void every_package_is_null_marked() {
        assertThat(CLASSES.stream().map(type -> type.getPackage()).distinct())
                .isNotEmpty()
                .allMatch(folder -> folder.isAnnotatedWith(NullMarked.class));
    }
}
