package dev.millrace.workers.image.solve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class CourseTest {
    private static final double TOLERANCE = 0.01;

    @Test
    void the_frontier_passes_the_exact_token_and_those_that_have_settled() {
        var inversion = new ScriptedInversion(8);
        inversion.will(0.5f, 0.001f, 0.002f, 0.3f, 0.001f);
        var course = new Course(inversion, 0, new Window(5, TOLERANCE));

        double residual = course.sweep();

        assertThat(residual).isEqualTo(0.5f);
        assertThat(course.frontier()).isEqualTo(1);
        inversion.will(0.5f, 0.001f, 0.002f, 0.3f, 0.001f);
        course.sweep();
        assertThat(course.frontier()).isEqualTo(2);
        inversion.will(0.001f, 0.001f, 0.002f, 0.3f, 0.001f);
        course.sweep();
        assertThat(course.frontier()).isEqualTo(6);
        assertThat(course.isTokenwise()).isFalse();
    }

    @Test
    void a_guess_that_gives_no_numbers_narrows_the_window_to_one_token() {
        var inversion = new ScriptedInversion(8);
        inversion.will(0.5f, 0.2f, Float.NaN, Float.NaN, 0.1f);
        var course = new Course(inversion, 0, new Window(5, TOLERANCE));

        double residual = course.sweep();

        assertThat(residual).isNaN();
        assertThat(course.frontier()).isEqualTo(1);
        assertThat(course.isTokenwise()).isTrue();
        assertThat(course.next().count()).isEqualTo(1);
    }

    @Test
    void a_token_whose_guess_was_no_number_is_looked_at_again_and_passed() {
        var inversion = new ScriptedInversion(4);
        var course = new Course(inversion, 0, new Window(3, TOLERANCE));
        inversion.will(Float.POSITIVE_INFINITY, 0.1f, 0.1f);

        course.sweep();

        assertThat(course.frontier()).isZero();
        inversion.will(0f); // its value is the same as before: a number
        assertThat(course.sweep()).isZero();
        assertThat(course.frontier()).isEqualTo(1);
        inversion.will(Float.NaN);
        course.sweep();
        inversion.will(0f);
        course.sweep();
        inversion.will(0.4f);
        course.sweep();
        assertThat(course.isDone()).isTrue();
    }

    @Test
    void a_solution_that_is_no_number_is_said_with_its_token() {
        var inversion = new ScriptedInversion(4);
        var course = new Course(inversion, 0, new Window(3, TOLERANCE));
        inversion.will(0.5f, 0.1f, 0.1f);
        course.sweep();
        inversion.will(Float.NaN, Float.NaN);
        course.sweep();
        inversion.will(Float.NaN);

        assertThatThrownBy(course::sweep)
                .isInstanceOf(NoNumbersException.class)
                .hasMessage("token 2 must have finite values, a sweep changed it by NaN");
    }
}
