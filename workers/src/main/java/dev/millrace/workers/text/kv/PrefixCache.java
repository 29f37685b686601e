package dev.millrace.workers.text.kv;

import dev.millrace.workers.text.kv.PromptBlocks.Before;
import dev.millrace.workers.text.kv.chunk.Chunks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;

/**
 * Keeps the keys and values of prompts' blocks, so that a prompt that begins like one before it (a
 * chat's next turn, the same system prompt) copies instead of computing.
 *
 * <p>A block is kept once, after all the blocks before it: prompts that part ways share what they
 * have in common. Nothing of it is ever missed by a running sequence, so all of it may go at any
 * time: least recently used first, and a block before the ones that it stands after.
 */
public final class PrefixCache implements AutoCloseable {
    private final KvStore store;
    private final long limitBytes;
    private final BlockCopies copies;

    /** Least recently used first; of one prompt's blocks the first one is the most recent. */
    private final LinkedHashMap<KeptBlock.Key, KeptBlock> blocks = new LinkedHashMap<>();

    private final LongAdder reusedTokens = new LongAdder();

    /**
     * @param limitBytes most that may be kept; what running sequences need comes first
     */
    public PrefixCache(KvStore store, long limitBytes) {
        this.store = store;
        this.limitBytes = limitBytes;
        this.copies = new BlockCopies(store.scope());
    }

    /**
     * Lets go of so much that a sequence of so many bytes fits, and of what that one can reuse only
     * when nothing else is left. Of nothing where it would not fit even then.
     */
    public void makeRoom(long bytes, PromptBlocks prompt) {
        if (bytes > store.limitBytes() - store.usedBytes()) {
            return;
        }
        touch(kept(prompt, prompt.reusable()));
        while (bytes > store.freeBytes()) {
            dropEldest();
        }
    }

    /**
     * Goes on filling a cache that holds nothing but whole blocks of the prompt.
     *
     * @param most blocks to copy
     * @return tokens copied
     */
    public int copyInto(KvCache cache, PromptBlocks prompt, int most) {
        int size = prompt.size();
        int from = cache.length() / size;
        var known = kept(prompt, Math.min(prompt.reusable(), from + most));
        touch(known);
        for (var key : known.subList(Math.min(from, known.size()), known.size())) {
            var block = kept(key);
            int end = cache.take(size) + size;
            copies.into(store.scope(), cache.tensors(), end, block.tensors());
            block.chunks().ifPresent(part -> cache.chunks().orElseThrow().append(part));
        }
        int copied = size * Math.max(0, known.size() - from);
        reusedTokens.add(copied);
        return copied;
    }

    /**
     * Keeps the block that a sequence has just computed, if there is room and if what stands before
     * it is kept, too.
     *
     * @param before the block, where there are chunks
     */
    public void keep(KvCache cache, PromptBlocks prompt, Optional<Chunks.Mark> before) {
        int index = cache.length() / prompt.size() - 1;
        var known = kept(prompt, index + 1);
        touch(known);
        if (known.size() != index) {
            return;
        }
        var chunks = before.map(mark -> cache.chunks().orElseThrow().since(mark));
        var tokens = prompt.blocks().get(index);
        long bytes =
                store.layout().bytes(prompt.size())
                        + tokens.bytes()
                        + chunks.map(Chunks.Part::bytes).orElse(0L);
        if (!makeRoomToKeep(bytes, known)) {
            return;
        }
        var tensors =
                copies.out(store.scope(), cache.tensors(), cache.length(), counts(prompt.size()));
        Before end = known.isEmpty() ? prompt.origin() : kept(known.getLast());
        blocks.put(new KeptBlock.Key(end, tokens), new KeptBlock(tensors, chunks, bytes));
        store.addKept(bytes);
        touch(known);
    }

    /**
     * Positions to keep of a block in each of a cache's tensors: those that a layer may see from
     * after the block. What it sees before the block is in the blocks before.
     */
    private long[] counts(int block) {
        var layout = store.layout();
        return IntStream.range(0, 2 * layout.layers())
                .mapToLong(i -> layout.rows(i % layout.layers(), block, 0))
                .toArray();
    }

    /**
     * The blocks that the new one stands after stay: they were used last, and where they and the
     * new one are too much, nothing goes.
     */
    private boolean makeRoomToKeep(long bytes, List<KeptBlock.Key> known) {
        long most = Math.min(limitBytes, store.limitBytes() - store.usedBytes());
        if (bytes + known.stream().mapToLong(key -> kept(key).bytes()).sum() > most) {
            return false;
        }
        while (bytes > most - store.keptBytes()) {
            dropEldest();
        }
        return true;
    }

    /** As many of a prompt's first blocks as are kept. */
    private List<KeptBlock.Key> kept(PromptBlocks prompt, int most) {
        var known = new ArrayList<KeptBlock.Key>();
        Before before = prompt.origin();
        for (var tokens : prompt.blocks().subList(0, most)) {
            var key = new KeptBlock.Key(before, tokens);
            var block = blocks.get(key);
            if (block == null) {
                return known;
            }
            known.add(key);
            before = block;
        }
        return known;
    }

    private KeptBlock kept(KeptBlock.Key key) {
        return Optional.ofNullable(blocks.get(key)).orElseThrow();
    }

    /** The last one first, so that no block outlives one that it stands after. */
    private void touch(List<KeptBlock.Key> known) {
        known.reversed().forEach(key -> blocks.putLast(key, kept(key)));
    }

    private void dropEldest() {
        var eldest = blocks.pollFirstEntry().getValue();
        eldest.close();
        store.addKept(-eldest.bytes());
    }

    /** Tokens that were copied instead of computed; may be asked by any thread. */
    public long reusedTokens() {
        return reusedTokens.sum();
    }

    /** Bytes kept; may be asked by any thread. */
    public long bytes() {
        return store.keptBytes();
    }

    /** Lets go of everything. */
    @Override
    public void close() {
        while (!blocks.isEmpty()) {
            dropEldest();
        }
        copies.close();
    }
}
