package dev.millrace.workers.image.flow.tarflow.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.workers.image.flow.Patches;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Random;

class MemoryTest {
    private static final int HEADS = 2;
    private static final int TOKENS = 49;
    private static final float SCALE = 0.3f;

    @ParameterizedTest
    @ValueSource(ints = {8, 64, 128})
    void tokens_see_themselves_and_those_before_them(int headWidth) {
        int width = HEADS * headWidth;
        var memory = memory(width, headWidth);
        var qkv = rows(3 * width);
        keep(memory, qkv, TOKENS);
        var seen = Rows.of(TOKENS, width);

        memory.attend(0, 0, TOKENS, qkv, SCALE, seen);

        for (int token = 0; token < TOKENS; token++) {
            for (int head = 0; head < HEADS; head++) {
                for (int i = 0; i < headWidth; i++) {
                    assertThat((double) seen.values()[seen.at(token) + head * headWidth + i])
                            .isCloseTo(expected(qkv, token, head, headWidth, i), within(1e-5));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 64, 128})
    void four_tokens_at_once_have_the_bits_of_each_alone_whatever_comes_later(int headWidth) {
        int width = HEADS * headWidth;
        var memory = memory(width, headWidth);
        var qkv = rows(3 * width);
        keep(memory, qkv, TOKENS);
        for (int i = 2 * width; i < 3 * width; i++) {
            qkv.values()[qkv.at(30) + i] = Float.NaN;
        }
        memory.keep(0, 30, qkv.values(), qkv.at(30));
        var together = Rows.of(8, width);
        var alone = Rows.of(8, width);

        memory.attend(0, 27, 8, qkv.from(27), SCALE, together);
        for (int i = 0; i < 8; i++) {
            memory.attend(0, 27 + i, 1, qkv.from(27 + i), SCALE, alone.from(i));
        }

        assertThat(together.values()).isEqualTo(alone.values());
        assertThat(together.values()[together.at(2)]).isFinite();
        assertThat(together.values()[together.at(3)]).isNaN();
    }

    private static Memory memory(int width, int headWidth) {
        return new Memory(new Dimensions(new Patches(7, 3, 1), width, 1, headWidth));
    }

    private static Rows rows(int stride) {
        var random = new Random(2);
        var rows = Rows.of(TOKENS, stride);
        for (int i = 0; i < rows.values().length; i++) {
            rows.values()[i] = (float) random.nextGaussian();
        }
        return rows;
    }

    private static void keep(Memory memory, Rows qkv, int tokens) {
        for (int token = 0; token < tokens; token++) {
            memory.keep(0, token, qkv.values(), qkv.at(token));
        }
    }

    private static double expected(Rows qkv, int token, int head, int headWidth, int i) {
        int width = HEADS * headWidth;
        double sum = 0;
        double all = 0;
        for (int other = 0; other <= token; other++) {
            double score = 0;
            for (int j = 0; j < headWidth; j++) {
                int at = head * headWidth + j;
                score +=
                        (double) qkv.values()[qkv.at(token) + at]
                                * qkv.values()[qkv.at(other) + width + at];
            }
            double weight = Math.exp(score * SCALE);
            all += weight;
            sum += weight * qkv.values()[qkv.at(other) + 2 * width + head * headWidth + i];
        }
        return sum / all;
    }
}
