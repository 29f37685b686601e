package dev.millrace.workers.text.kv;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A prompt as it is taken in and shared: its whole blocks, counted from token 0.
 *
 * @param origin with whom it may be shared
 * @param blocks without the tokens after the last whole one
 * @param reusable how many of them may come from elsewhere: never the one with the prompt's last
 *     token, whose logits begin the answer
 * @param size tokens of a block
 */
public record PromptBlocks(Origin origin, List<Block> blocks, int reusable, int size) {
    public PromptBlocks {
        blocks = List.copyOf(blocks);
    }

    /** Cuts a prompt. */
    public static PromptBlocks of(Origin origin, int[] prompt, int size) {
        var blocks = new ArrayList<Block>();
        for (int from = 0; from + size <= prompt.length; from += size) {
            blocks.add(new Block(Arrays.copyOfRange(prompt, from, from + size)));
        }
        return new PromptBlocks(origin, blocks, (prompt.length - 1) / size, size);
    }

    /** What may stand before a block. Only what is equal leads to the same keys and values. */
    sealed interface Before permits Origin, KeptBlock {}

    /**
     * Where prompts begin. Whoever can see how long an answer takes could learn what others asked,
     * so owners do not share. Sequences that select do not share with those that see everything.
     *
     * @param owner who asks
     * @param selects whether the sequence selects what it attends to
     */
    public record Origin(String owner, boolean selects) implements Before {}

    /** A block's tokens, equal only if all of them are. */
    static final class Block {
        private final int[] tokens;
        private final int hash;

        Block(int... tokens) {
            this.tokens = tokens;
            this.hash = Arrays.hashCode(tokens);
        }

        /** Bytes of the tokens. */
        long bytes() {
            return (long) tokens.length * Integer.BYTES;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Block block && Arrays.equals(tokens, block.tokens);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }
}
