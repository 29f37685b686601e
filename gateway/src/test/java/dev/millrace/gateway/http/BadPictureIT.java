package dev.millrace.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.Base64;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Whatever is wrong with a request for masks is said before anything is queued. */
class BadPictureIT {
    private static final byte[] PNG = Drawings.png(40, 30);

    private final Rig rig = new Rig();

    @AfterEach
    void nothing_was_queued() {
        rig.close();
        assertThat(rig.jobs.submissions()).isEmpty();
    }

    private HttpResponse<String> ask(String model, byte[] picture, String fields) {
        return rig.post(
                "/v1/segmentations",
                "{\"model\":\"%s\",\"image\":\"%s\"%s}"
                        .formatted(model, Base64.getEncoder().encodeToString(picture), fields));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "\"classes\":[] | classes must name what is looked for where there are no prompts",
                "\"classes\":[\"leaf\",\" \"] | classes[1] must have 1..100 characters and not only"
                        + " blanks, had 1",
                "\"classes\":[\"leaf\",\"leaf\"] | classes must hold each name once, held 'leaf'",
                "\"classes\":7 | classes must be an array, was 7",
                "\"max_masks\":51 | max_masks must be a whole number, 1..50, was 51",
                "\"min_score\":1.5 | min_score must be a number, 0.0..1.0, was 1.5",
                "\"format\":\"svg\" | format must be rle, png or polygon, was 'svg'",
                "\"prompts\":[{}] | prompts[0] a prompt must have a box or points, had neither",
                "\"prompts\":[{\"box\":[1,2,3]}] | prompts[0] box must hold left, top, right and"
                        + " bottom, held 3",
                "\"prompts\":[{\"box\":[9,2,3,4]}] | prompts[0] a box must be [left, top, right,"
                        + " bottom]",
                "\"prompts\":[{\"box\":[1,2,\"a\",4]}] | prompts[0].box must hold numbers",
                "\"prompts\":[{\"points\":[[1,2]]}] | prompts[0].points must hold [x, y, 1 or 0] of"
                        + " each",
                "\"prompts\":[{\"points\":[[1,2,3]]}] | prompts[0].points must hold [x, y, 1 or 0]",
                "\"prompts\":[{\"points\":[[41,2,1]]}] | prompts cannot be followed: a prompt must"
                        + " lie within the picture, which is 40x40, was at (41.0, 2.0)",
                "\"prompts\":[{\"points\":[[-1,2,1]]}] | prompts[0] a prompt's places must be 0..",
                "\"prompts\":[{\"box\":[1,2,3,4],\"mask\":1}] | prompts[0].mask is not known",
                "\"prompt\":\"a\" | prompt is not known; expected any of model",
                "\"deadline\":0 | deadline must be a number",
            })
    void a_wrong_field_is_named_with_its_value(String fields, String expected) {
        var response = ask("scenes", PNG, ',' + fields);

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains(expected);
    }

    @Test
    void too_many_classes_or_prompts_are_refused_with_both_numbers() {
        var names =
                IntStream.range(0, 500)
                        .mapToObj(i -> "\"c" + i + '"')
                        .collect(Collectors.joining(","));
        var prompts =
                IntStream.range(0, 65)
                        .mapToObj(_ -> "{\"points\":[[1,1,1]]}")
                        .collect(Collectors.joining(","));

        assertThat(ask("scenes", PNG, ",\"classes\":[" + names + ']').body())
                .contains("classes must hold at most 100 names, held 500");
        assertThat(ask("scenes", PNG, ",\"prompts\":[" + prompts + ']').body())
                .contains("prompts must be at most 64, were 65");
    }

    @Test
    void a_model_without_classes_of_its_own_must_be_told_some() {
        assertThat(ask("anything", Drawings.png(2, 2), "").body())
                .contains("classes must name what is looked for");
    }

    @Test
    void what_is_no_picture_or_no_whole_one_is_refused() {
        assertThat(ask("scenes", "GIF89a".getBytes(US_ASCII), "").body())
                .contains("image cannot be read: a picture must be a PNG, JPEG or WebP file");
        assertThat(ask("scenes", Arrays.copyOf(PNG, PNG.length - 20), "").body())
                .contains("image cannot be read: the picture is cut off");
        assertThat(ask("scenes", new byte[0], "").body())
                .contains("image cannot be read: a picture must have 1..8388608 bytes, had 0");
        assertThat(rig.post("/v1/segmentations", "{\"model\":\"scenes\",\"image\":\"?\"}").body())
                .contains("image must be a picture in base64");
        assertThat(rig.post("/v1/segmentations", "{\"model\":\"scenes\"}").body())
                .contains("image must be a string, was not there");
    }

    @Test
    void a_picture_of_more_pixels_than_the_model_takes_is_refused_before_it_is_decoded() {
        assertThat(ask("anything", Drawings.png(11, 10), ",\"classes\":\"leaf\"").body())
                .contains("image must have at most 100 pixels for anything, had 110");
    }

    @Test
    void a_model_of_another_kind_is_refused_by_its_kind() {
        assertThat(ask("shapes", PNG, "").body())
                .contains("model must be of kind segment, shapes is image");
        assertThat(ask("stories", PNG, "").body())
                .contains("model must be of kind segment, stories is text");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "max_masks | many | max_masks must be a whole number",
                "stream | maybe | stream must be true or false",
                "prompts | [{ | prompts must be an array",
                "model | gpt | model must be in the form once, was 2 times",
                "size | 5 | size is not known",
            })
    void a_wrong_field_of_a_form_is_named_too(String name, String value, String expected) {
        var form = new MultipartForm().field("model", "scenes").file("image", "a.png", PNG);
        var response = send(form.field(name, value));

        assertThat(response.statusCode()).isBetween(400, 404);
        assertThat(response.body()).contains(expected);
    }

    private HttpResponse<String> send(MultipartForm form) {
        return send(form.contentType(), form.bytes());
    }

    private HttpResponse<String> send(String contentType, byte[] body) {
        return rig.send(
                rig.request("/v1/segmentations")
                        .header("Content-Type", contentType)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                        .build());
    }

    @Test
    void a_form_must_hold_one_file_of_the_right_name() {
        var model = new MultipartForm().field("model", "scenes");
        assertThat(send(model).body()).contains("image must be a string, was not there");

        var other = new MultipartForm().field("model", "scenes").file("picture", "a.png", PNG);
        assertThat(send(other).body()).contains("must hold one file, named image");

        var two =
                new MultipartForm()
                        .field("model", "scenes")
                        .file("image", "a.png", PNG)
                        .file("image", "b.png", PNG);
        assertThat(send(two).body()).contains("must hold one file, named image");
    }

    @Test
    void a_form_that_is_broken_or_too_large_is_refused() {
        var form = new MultipartForm().field("model", "scenes").file("image", "a.png", PNG);

        assertThat(send("multipart/form-data", form.bytes()).statusCode()).isEqualTo(400);
        assertThat(
                        send(
                                        form.contentType(),
                                        Arrays.copyOf(form.bytes(), form.bytes().length - 30))
                                .statusCode())
                .isEqualTo(400);
        var large =
                new MultipartForm()
                        .field("model", "scenes")
                        .file("image", "a.png", new byte[Rig.BODY_LIMIT + 1]);
        var response = send(large);
        assertThat(response.statusCode()).isEqualTo(413);
        assertThat(response.body()).contains("at most " + Rig.BODY_LIMIT);
    }
}
