package dev.millrace.workers.text;

import dev.millrace.workers.text.kernels.DecoderKernels;
import dev.millrace.workers.text.kernels.Logits;
import dev.millrace.workers.text.kv.KvCache;
import dev.millrace.workers.text.kv.PrefixCache;
import dev.millrace.workers.text.kv.chunk.Chunks;

import java.util.Arrays;

/** Takes prompts into sequences' memory: what is kept of an earlier one is copied. */
record Intake(DecoderKernels kernels, PrefixCache prefixes, Logits logits) {
    /** Tokens of a prompt computed in one go; part of what makes a continuation exact. */
    static final int BLOCK = 128;

    /** Blocks copied in one go: 8B models hold 16 MiB in a block, so this is half a GiB. */
    private static final int MOST_COPIED = 32;

    /** Copies what is kept of a prompt that nothing was computed of yet; tells how many tokens. */
    int copy(Demand demand, KvCache cache) {
        return demand.look().isShared()
                ? prefixes.copyInto(cache, demand.blocks(), MOST_COPIED)
                : 0;
    }

    /**
     * Computes the next block. Blocks are counted from token 0, whoever shares the engine, so that
     * the same prompt always meets the same arithmetic.
     */
    void compute(Demand demand, KvCache cache) {
        int[] prompt = demand.prompt();
        int from = cache.length();
        int to = Math.min(prompt.length, from + BLOCK);
        var before = cache.chunks().map(Chunks::mark);
        kernels.prefill(cache, Arrays.copyOfRange(prompt, from, to), logits);
        if (to - from == BLOCK && demand.look().isShared()) {
            prefixes.keep(cache, demand.blocks(), before);
        }
    }

    /** What follows the token computed last. */
    float[] next() {
        return logits.row(0);
    }
}
