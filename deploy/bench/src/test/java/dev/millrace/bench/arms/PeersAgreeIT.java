package dev.millrace.bench.arms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.bench.weights.ModelFiles;
import dev.millrace.bench.weights.Precision;
import dev.millrace.bench.weights.Shape;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Path;

final class PeersAgreeIT {
    private static final Shape SHAPE = new Shape("tiny", 128, 2, 4, 2, 96, 256);
    private static final int CAPACITY = 48;

    @TempDir private Path folder;

    private Job job(Precision precision, int batch) {
        return new Job(new ModelFiles(folder), SHAPE, precision, batch, CAPACITY);
    }

    /** The last sequence's logits after a few tokens that differ from sequence to sequence. */
    private static float[] decoded(Arm arm, int batch) {
        for (int position = 0; position < 5; position++) {
            var tokens = new int[batch];
            for (int i = 0; i < batch; i++) {
                tokens[i] = 2 + position * 7 + i * 11;
            }
            arm.step(tokens);
        }
        return arm.logits(batch - 1);
    }

    private static void assertSame(float[] theirs, float[] ours) {
        assertThat(theirs).hasSameSizeAs(ours);
        for (int i = 0; i < ours.length; i++) {
            assertThat(theirs[i]).isCloseTo(ours[i], within(1e-4f));
        }
    }

    @ParameterizedTest
    @EnumSource(value = Peer.class, mode = EnumSource.Mode.EXCLUDE, names = "OURS")
    void a_peer_finds_the_logits_that_we_find(Peer peer) throws Refusal, IOException {
        try (var ours = Peer.OURS.open(job(Precision.F32, 1));
                var theirs = peer.open(job(Precision.F32, 1))) {
            assertSame(decoded(theirs, 1), decoded(ours, 1));
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Peer.class,
            mode = EnumSource.Mode.INCLUDE,
            names = {"LLAMACPP", "EAGER"})
    void also_for_several_sequences_at_once(Peer peer) throws Refusal, IOException {
        try (var ours = Peer.OURS.open(job(Precision.F32, 3));
                var theirs = peer.open(job(Precision.F32, 3))) {
            assertSame(decoded(theirs, 3), decoded(ours, 3));
        }
    }

    @ParameterizedTest
    @EnumSource(Peer.class)
    void filled_and_rewound_a_peer_still_finds_what_we_find(Peer peer) throws Refusal, IOException {
        try (var ours = Peer.OURS.open(job(Precision.F32, 1));
                var theirs = peer.open(job(Precision.F32, 1))) {
            for (var arm : new Arm[] {ours, theirs}) {
                decoded(arm, 1);
                arm.fill(32);
                decoded(arm, 1);
                arm.rewind(32);
            }

            assertSame(decoded(theirs, 1), decoded(ours, 1));
        }
    }

    @Test
    void jlama_says_why_it_has_no_batch() {
        assertThatThrownBy(() -> Peer.JLAMA.open(job(Precision.F32, 4)).close())
                .isInstanceOf(Refusal.class)
                .hasMessage("Jlama decodes one sequence at a time");
    }
}
