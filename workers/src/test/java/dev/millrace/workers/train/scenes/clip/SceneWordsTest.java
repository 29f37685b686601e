package dev.millrace.workers.train.scenes.clip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.workers.segment.clip.ClipTokenizer;
import dev.millrace.workers.segment.clip.PromptTemplates;
import dev.millrace.workers.train.scenes.SceneClass;
import dev.millrace.workers.train.scenes.SceneSource;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/** The vocabulary as Hugging Face's own library reads it. */
class SceneWordsTest {
    private final SceneWords words = new SceneWords();

    @TempDir private Path folder;
    private ClipTokenizer tokenizer;

    @BeforeEach
    void open() {
        SceneClipFolder.writeTokenizer(folder, words);
        tokenizer = ClipTokenizer.open(folder, SceneWords.CONTEXT);
    }

    @AfterEach
    void close() {
        tokenizer.close();
    }

    private List<Long> ids(String text) {
        return LongStream.of(tokenizer.encode(text)).boxed().toList();
    }

    private long id(String word) {
        return words.id(word);
    }

    @Test
    void there_are_few_words_and_the_end_has_the_largest_id() {
        assertThat(words.size()).isLessThan(160);
        assertThat(words.id(SceneWords.END)).isEqualTo(words.size() - 1);
    }

    @Test
    void a_text_begins_has_its_words_and_ends() {
        assertThat(ids("A close-up photo of a Red Ball."))
                .startsWith(
                        id("<begin>"),
                        id("a"),
                        id("close"),
                        id("-"),
                        id("up"),
                        id("photo"),
                        id("of"),
                        id("a"),
                        id("red"),
                        id("ball"),
                        id("."),
                        id("<end>"))
                .hasSize(SceneWords.CONTEXT);
    }

    @Test
    void any_other_word_is_the_unknown_one() {
        assertThat(ids("a zebra, (naïve)"))
                .startsWith(id("<begin>"), id("a"), id("<unk>"), id(","), id("<unk>"))
                .contains(id("<end>"));
    }

    @Test
    void every_template_around_every_class_or_none_is_made_of_known_words_and_fits() {
        var names = new ArrayList<>(SceneClass.names());
        names.add("");

        for (var name : names) {
            for (var text : PromptTemplates.about(name, PromptTemplates.ALL)) {
                assertThat(ids(text)).as(text).doesNotContain(id("<unk>"));
                assertThat(ids(text).indexOf(id("<end>"))).as(text).isLessThan(15);
            }
        }
    }

    @Test
    void every_caption_is_made_of_known_words_and_fits() {
        var source = new SceneSource(64);
        var random = new SplittableRandom(1);

        for (int i = 0; i < 100; i++) {
            var shot = Shot.of(source.training(1, i));
            var said = new ArrayList<String>();
            said.add(shot.whole(16, random).caption().text());
            if (!shot.isEmpty()) {
                said.add(shot.part(16, random).caption().text());
            }
            for (var text : said) {
                assertThat(ids(text)).as(text).doesNotContain(id("<unk>"));
                assertThat(ids(text + " .")).as(text).contains(id("."));
            }
        }
    }
}
