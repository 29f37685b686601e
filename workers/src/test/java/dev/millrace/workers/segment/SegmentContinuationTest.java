package dev.millrace.workers.segment;

import static dev.millrace.workers.segment.Inquiries.SETTINGS;
import static dev.millrace.workers.segment.Inquiries.classes;
import static dev.millrace.workers.segment.Inquiries.job;
import static dev.millrace.workers.segment.Inquiries.outcome;
import static dev.millrace.workers.segment.Inquiries.picture;
import static dev.millrace.workers.segment.Inquiries.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocol.Body;
import dev.millrace.protocol.Job;
import dev.millrace.workers.run.History;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;

/** A stream that another worker left is continued, or begun anew and says so; never spliced. */
class SegmentContinuationTest {
    private static SegmentEngine engine() {
        return Inquiries.engine(Inquiries.finder(), SETTINGS);
    }

    /** What another worker does with any first part of a stream. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 5, 6})
    void whoever_continues_a_stream_repeats_and_loses_no_mask(int cut) {
        var job = job("", picture(8), classes(9, 0));
        var whole = new Listener();
        try (var engine = engine()) {
            outcome(engine.start(job, History.NONE, whole));
        }
        try (var engine = engine()) {
            var rest = new Listener();
            var end = outcome(engine.start(job, new History(whole.said.subList(0, cut)), rest));

            assertThat(rest.said).isEqualTo(whole.said.subList(cut, whole.said.size()));
            assertThat(usage(end).masks()).isEqualTo(5);
        }
    }

    @Test
    void a_stream_whose_masks_are_others_here_says_so_and_begins_anew() {
        var job = job("", picture(8), classes(9, 0));
        var whole = new Listener();
        try (var engine = engine()) {
            outcome(engine.start(job, History.NONE, whole));
        }
        var second = whole.masks().get(1);
        var other =
                new Body.Mask(
                        1,
                        second.label(),
                        second.prompt(),
                        0.81,
                        second.box(),
                        second.area(),
                        second.outline());
        var before = List.of(whole.said.get(0), whole.said.get(1), other);
        try (var engine = engine()) {
            var rest = new Listener();
            outcome(engine.start(job, new History(before), rest));

            assertThat(rest.said.getFirst()).isInstanceOf(Body.Restarted.class);
            assertThat(rest.said.subList(1, rest.said.size())).isEqualTo(whole.said);

            var third = new Listener();
            var all = new ArrayList<Body.Content>(before);
            all.addAll(rest.said.subList(0, 4));
            outcome(engine.start(job, new History(all), third));
            assertThat(third.said).isEqualTo(rest.said.subList(4, rest.said.size()));
        }
    }

    @Test
    void a_stream_that_has_more_masks_than_are_made_here_begins_anew() {
        var job = job("", picture(8), classes(9, 0));
        var whole = whole(job);
        var last = whole.masks().getLast();
        var more = new ArrayList<>(whole.said);
        more.add(
                new Body.Mask(
                        5,
                        last.label(),
                        last.prompt(),
                        0.4,
                        last.box(),
                        last.area(),
                        last.outline()));

        var rest = continued(job, more);

        assertThat(rest.said.getFirst()).isInstanceOf(Body.Restarted.class);
        assertThat(rest.said.subList(1, rest.said.size())).isEqualTo(whole.said);
    }

    @Test
    void a_stream_that_says_something_else_was_found_begins_anew() {
        var job = job("", picture(8), classes(9, 0));
        var whole = whole(job);

        var rest = continued(job, List.of(new Body.Progress("draw", 0, List.of(), 5)));

        assertThat(rest.said.getFirst()).isInstanceOf(Body.Restarted.class);
        assertThat(rest.said.subList(1, rest.said.size())).isEqualTo(whole.said);
    }

    private Listener whole(Job job) {
        return continued(job, List.of());
    }

    private Listener continued(Job job, List<Body.Content> before) {
        try (var engine = engine()) {
            var heard = new Listener();
            outcome(engine.start(job, new History(before), heard));
            return heard;
        }
    }
}
