package dev.millrace.workers;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Reports each family of golden numbers by its file: there, or skipped because the folder given has
 * none.
 */
class PresenceGoldenTest {
    @ParameterizedTest
    @ValueSource(strings = {"golden.safetensors", "golden_tokenizer.json", "golden_e2e.json"})
    void the_family_is_there(String file) {
        assertThat(Goldens.casesWith(file)).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = "feature_chw")
    void a_scene_is_there(String tensor) {
        assertThat(Goldens.scenesWith(tensor)).isNotEmpty();
    }

    @Test
    void an_energy_saving_block_is_there() {
        assertThat(Goldens.blocks()).isNotEmpty();
    }
}
