package dev.millrace.workers.train.energy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.workers.energy.Ledger;
import dev.millrace.workers.energy.Operation;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Torch;
import dev.millrace.workers.text.kernels.RandomHashes;
import dev.millrace.workers.text.kernels.RandomModel;
import dev.millrace.workers.text.kv.KvLayout;
import dev.millrace.workers.text.kv.Look;
import dev.millrace.workers.text.kv.eco.EcoSettings;
import dev.millrace.workers.text.kv.eco.Tailing;
import dev.millrace.workers.text.model.ModelDirectory;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** What kernels count while they run beside what a formula says of their shape. */
class DecoderFormulaTest {
    private static final EcoSettings SHORT = new EcoSettings(11, 2);
    private static final double ONE_PERCENT = 0.01;

    @TempDir private Path folder;

    @BeforeEach
    void prepareThread() {
        Torch.useThreads(1);
        Torch.prepareThread();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 8, 9})
    void what_is_counted_is_what_the_formula_says(long seed) throws IOException {
        try (var model = RandomModel.in(folder, seed, ElementType.F32);
                var decoder = new MeteredDecoder(model)) {
            assertAgree(model, decoder, Optional.empty());
            assertAgree(model, decoder, Optional.of(tailing(model)));
            assertAgree(model, decoder, Optional.of(tailing(model, 5)));
            var planes = RandomHashes.planesIn(folder, model.config(), 16, 5);
            assertAgree(model, decoder, Optional.of(new Tailing(SHORT, planes)));
        }
    }

    private Tailing tailing(ModelDirectory model) throws IOException {
        return tailing(model, 0);
    }

    private Tailing tailing(ModelDirectory model, int tables) throws IOException {
        return new Tailing(SHORT, RandomHashes.in(folder, model.config(), 16, tables));
    }

    private static void assertAgree(
            ModelDirectory model, MeteredDecoder decoder, Optional<Tailing> tailing) {
        var formula = new DecoderFormula(model.config());
        for (int position : new int[] {0, 7, 60, 200}) {
            var counted = decoder.cost(position, look(tailing));
            assertAgree(counted.attention(), formula.attention(position, tailing));
            assertAgree(counted.rest(), formula.rest());
        }
    }

    private static Look look(Optional<Tailing> tailing) {
        return tailing.<Look>map(Look.Tailed::new).orElseGet(Look.Whole::new);
    }

    private static void assertAgree(Ledger counted, Ledger said) {
        for (var operation : Operation.values()) {
            assertThat((double) counted.of(operation))
                    .as(operation.name())
                    .isCloseTo(
                            (double) said.of(operation), within(ONE_PERCENT * said.of(operation)));
        }
        assertThat((double) counted.bytes())
                .as("bytes")
                .isCloseTo((double) said.bytes(), within(ONE_PERCENT * said.bytes()));
        assertThat(counted.picojoules())
                .isCloseTo(said.picojoules(), within(ONE_PERCENT * said.picojoules()))
                .isPositive();
    }

    @Test
    void with_tails_a_token_costs_the_same_however_long_the_text_is() throws IOException {
        try (var model = RandomModel.in(folder, 2, ElementType.F32);
                var decoder = new MeteredDecoder(model)) {
            var tails = new Look.Tailed(tailing(model));
            var usual = KvLayout.of(model.config(), ElementType.F32);
            double near = decoder.cost(50, tails).attention().picojoules();

            assertThat(decoder.cost(400, tails).attention().picojoules()).isEqualTo(near);
            assertThat(decoder.cost(400, new Look.Whole()).attention().picojoules())
                    .isGreaterThan(7 * decoder.cost(50, new Look.Whole()).attention().picojoules());
            assertThat(tails.bytes(usual, 4000)).isEqualTo(tails.bytes(usual, 400));
        }
    }
}
