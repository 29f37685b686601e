package dev.millrace.workers.train.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.workers.image.flow.tarflow.Kernels;
import dev.millrace.workers.image.solve.GaussSeidelJacobi;
import dev.millrace.workers.image.solve.Jacobi;
import dev.millrace.workers.image.solve.Sequential;
import dev.millrace.workers.image.solve.Window;
import dev.millrace.workers.tensor.ElementType;

import org.junit.jupiter.api.Test;

import java.util.List;

class ArmTest {
    @Test
    void a_window_of_one_token_is_token_after_token_for_all_pictures_at_once() {
        var windows = List.of(Window.TOKENWISE, new Window(8, 0.1));

        var arm = Arm.window("served", ElementType.F32, Kernels.VECTOR, windows);

        assertThat(arm.plan().solvers()).containsExactly(new Sequential(), windows.get(1));
        assertThat(arm.name()).isEqualTo("served f32, vector kernels");
    }

    @Test
    void the_published_way_cuts_the_first_block_alone_into_modules() {
        var solvers = Arm.published(3, ElementType.BF16, Kernels.SCRIPT).plan().solvers();

        assertThat(solvers.getFirst()).isInstanceOf(GaussSeidelJacobi.class);
        assertThat(solvers.subList(1, 3)).allMatch(Jacobi.class::isInstance);
    }

    @Test
    void a_picture_is_like_itself_in_any_light_and_unlike_its_negative() {
        float[] picture = {0.1f, 0.5f, -0.3f, 0};

        assertThat(PreviewPart.alike(picture, new float[] {0.3f, 0.7f, -0.1f, 0.2f}))
                .isCloseTo(1, within(1e-6));
        assertThat(PreviewPart.alike(picture, new float[] {-0.1f, -0.5f, 0.3f, 0}))
                .isCloseTo(-1, within(1e-6));
    }

    @Test
    void the_noise_of_a_step_in_256_is_54_decibels_away() {
        float step = 2 / 512f;

        assertThat(Studio.psnr(new float[] {0, 0.5f}, new float[] {step, 0.5f + step}))
                .isCloseTo(54.2, within(0.1));
        assertThat(Studio.psnr(new float[] {1}, new float[] {5})).isEqualTo(100);
        assertThat(Studio.quantile(0.5, 3, 1, 2)).isEqualTo(2);
        assertThat(Studio.quantile(0.1, 3, 1, 2)).isOne();
    }

    @Test
    void a_strip_shows_the_previews_in_order_and_the_picture_at_last() {
        var looks =
                List.of(new Atelier.Look(1, new float[] {1}), new Atelier.Look(2, new float[] {2}));
        var sitting = new Atelier.Sitting(3, new float[] {3}, looks);

        var shown =
                List.of(0, 1, 2, 3, 4).stream().map(row -> Strip.shown(sitting, row)[0]).toList();

        assertThat(shown).containsExactly(1f, 1f, 2f, 2f, 3f);
    }
}
