package dev.millrace.workers.segment.mask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.StreamSupport;

class RleTest {
    static List<JsonNode> cases() throws IOException {
        try (var file = RleTest.class.getResourceAsStream("/masks/rle.json")) {
            var cases = new ObjectMapper().readTree(file);
            assertThat(cases).hasSize(20);
            return StreamSupport.stream(cases.spliterator(), false).toList();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void masks_are_written_and_read_as_pycocotools_does(JsonNode expected) {
        int height = expected.get("size").get(0).asInt();
        int width = expected.get("size").get(1).asInt();
        byte[] bits = HexFormat.of().parseHex(expected.get("bits").asText());
        var mask = Mask.of(height, width, at -> (bits[at / 8] >> at % 8 & 1) != 0);
        var counts = expected.get("counts").asText();

        assertThat(Rle.of(mask).compressed()).isEqualTo(counts);
        assertThat(Rle.parse(height, width, counts).mask()).isEqualTo(mask);
        assertThat(mask.area()).isEqualTo(expected.get("area").asInt());
        mask.box().ifPresent(box -> assertThat(xywh(box)).isEqualTo(numbers(expected, "bbox")));
    }

    private static List<Double> xywh(Box box) {
        return List.of(box.left(), box.top(), box.width(), box.height());
    }

    private static List<Double> numbers(JsonNode node, String key) {
        return StreamSupport.stream(node.get(key).spliterator(), false)
                .map(JsonNode::asDouble)
                .toList();
    }

    @Test
    void what_was_written_is_read_again() {
        Samples.random(300)
                .forEach(mask -> {
                    var rle = Rle.of(mask);

                    assertThat(rle.mask()).isEqualTo(mask);
                    assertThat(Rle.parse(mask.height(), mask.width(), rle.compressed()))
                            .isEqualTo(rle);
                    assertThat(Rle.ofRuns(mask.height(), mask.width(), rle.runs())).isEqualTo(rle);
                });
    }

    @ParameterizedTest
    @CsvSource({
        "'5220003 ', characters from '0' to 'o'", // a blank is no digit
        "522000p, characters from '0' to 'o'",
        "522000é, characters from '0' to 'o'",
        "'', cover 4 x 5 = 20 pixels", // too few
        "5220, cover 4 x 5 = 20 pixels",
        "52200020, runs that cover 20 pixels", // too many
        "5N, runs that cover 20 pixels", // negative
        "5X, no end", // nothing follows
        "oooooooooooo, no end", // longer than any number
        "0000000000000000000000000000000000000, at most 22 runs",
    })
    void a_text_that_describes_no_mask_of_the_size_is_refused(String counts, String complaint) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Rle.parse(4, 5, counts))
                .withMessageContaining(complaint);
    }

    @Test
    void texts_of_strangers_give_a_mask_or_a_refusal_and_nothing_else() {
        var random = new SplittableRandom(5);
        int read = 0;
        for (int i = 0; i < 20_000; i++) {
            var text = new StringBuilder();
            random.ints(random.nextInt(12), '0', 'p').forEach(at -> text.append((char) at));
            try {
                var rle = Rle.parse(5, 7, text.toString());
                assertThat(Rle.of(rle.mask()).mask()).isEqualTo(rle.mask());
                read++;
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageContaining("run");
            }
        }
        assertThat(read).isPositive();
    }

    @Test
    void a_huge_text_costs_no_more_than_the_mask_it_claims() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Rle.parse(2, 2, "0".repeat(50_000_000)))
                .withMessageContaining("at most 6 runs");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Rle.parse(1 << 20, 1 << 20, "0"))
                .withMessageContaining("a mask must have 1 to 268435456 pixels");
    }

    @Test
    void runs_that_do_not_cover_the_pixels_are_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Rle.ofRuns(2, 3, 4, 1))
                .withMessageContaining("must cover 2 x 3 = 6 pixels, covered 5");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Rle.ofRuns(2, 3, 8, -2))
                .withMessageContaining("negative, was -2");
    }
}
