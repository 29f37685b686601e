package dev.millrace.workers.text.kv;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Tensors;
import dev.millrace.workers.tensor.Torch;
import dev.millrace.workers.text.kv.PromptBlocks.Origin;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Blocks of two tokens, two layers, two heads of four numbers. */
class PrefixCacheTest {
    private static final int BLOCK = 2;
    private static final int HEADS = 2;
    private static final int WIDTH = 4;
    private static final int ROOM = 20;
    private static final Origin ANN = new Origin("ann", false);

    private NDManager manager;
    private KvStore store;
    private long kept;
    private PrefixCache prefixes;

    @BeforeEach
    void open() {
        Torch.useThreads(1);
        Torch.prepareThread();
        manager = Torch.newScope(Devices.cpu());
        open(ElementType.F32, 1L << 20, 1L << 20);
    }

    private void open(ElementType type, long limit, long prefixLimit) {
        var layout = new KvLayout(List.of(0, 0), HEADS, WIDTH, type);
        store = new KvStore(manager, new Tensors(manager), layout, limit);
        kept = layout.bytes(BLOCK) + (long) BLOCK * Integer.BYTES;
        prefixes = new PrefixCache(store, prefixLimit);
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private static PromptBlocks prompt(Origin origin, int... tokens) {
        return PromptBlocks.of(origin, tokens, BLOCK);
    }

    /** Computes a prompt as an engine would: the same numbers after the same tokens. */
    private KvCache compute(PromptBlocks prompt, int capacity) {
        var cache = store.allocate(capacity).orElseThrow();
        for (int block = 0; block < prompt.blocks().size(); block++) {
            int first = cache.take(BLOCK);
            byte number = (byte) prompt.blocks().subList(0, block + 1).hashCode();
            for (var tensor : cache.tensors()) {
                for (int head = 0; head < HEADS; head++) {
                    head(tensor, capacity, head, first).fill(number);
                }
            }
            prefixes.keep(cache, prompt, Optional.empty());
        }
        return cache;
    }

    /** The memory of one head's block. */
    private static MemorySegment head(NDArray tensor, int capacity, int head, int first) {
        var memory = Tensors.memory(tensor);
        long row = memory.byteSize() / HEADS / capacity;
        return memory.asSlice((head * (long) capacity + first) * row, BLOCK * row);
    }

    private void say(Origin origin, int... tokens) {
        compute(prompt(origin, tokens), ROOM).close();
    }

    /** Tokens that a prompt need not compute. */
    private int reused(Origin origin, int... tokens) {
        try (var cache = store.allocate(tokens.length).orElseThrow()) {
            int copied = prefixes.copyInto(cache, prompt(origin, tokens), 100);
            assertThat(cache.length()).isEqualTo(copied);
            return copied;
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "BF16"})
    void a_prompt_that_begins_like_one_before_it_has_the_same_bits_in_a_memory_of_another_size(
            ElementType type) {
        open(type, 1L << 20, 1L << 20);
        var prompt = prompt(ANN, 1, 2, 3, 4, 5, 6, 7);
        try (var computed = compute(prompt, 7);
                var copied = store.allocate(ROOM).orElseThrow()) {
            assertThat(prefixes.copyInto(copied, prompt, 100)).isEqualTo(6);

            for (int i = 0; i < computed.tensors().size(); i++) {
                for (int head = 0; head < HEADS; head++) {
                    for (int first = 0; first < 6; first += BLOCK) {
                        assertThat(bytes(copied, i, ROOM, head, first))
                                .isEqualTo(bytes(computed, i, 7, head, first));
                    }
                }
            }
            assertThat(prefixes.reusedTokens()).isEqualTo(6);
        }
    }

    private static byte[] bytes(KvCache cache, int tensor, int capacity, int head, int first) {
        return head(cache.tensors().get(tensor), capacity, head, first)
                .toArray(ValueLayout.JAVA_BYTE);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5})
    void of_a_layer_with_a_window_a_copied_beginning_holds_what_the_next_token_sees(int window) {
        var layout = new KvLayout(List.of(0, window), HEADS, WIDTH, ElementType.F32);
        store = new KvStore(manager, new Tensors(manager), layout, 1L << 20);
        prefixes = new PrefixCache(store, 1L << 20);
        var prompt = prompt(ANN, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        try (var computed = store.allocate(9).orElseThrow();
                var copied = store.allocateForgetting(ROOM, 3).orElseThrow()) {
            for (int position = 0; position < 8; position++) {
                computed.take(1);
                fill(computed, position);
                if (position % BLOCK == 1) {
                    prefixes.keep(computed, prompt, Optional.empty());
                }
            }

            assertThat(prefixes.copyInto(copied, prompt, 2)).isEqualTo(4);
            assertThat(prefixes.copyInto(copied, prompt, 2)).isEqualTo(4);

            for (int position = 0; position < 8; position++) {
                assertThat(numbers(copied, 0, position)).containsOnly(position + 1f);
            }
            for (int position = 9 - Math.min(window, 9); position < 8; position++) {
                assertThat(numbers(copied, 1, position)).containsOnly(position + 1f);
            }
            assertThat(prefixes.bytes())
                    .isEqualTo(4 * (layout.bytes(BLOCK) + (long) BLOCK * Integer.BYTES));
        }
    }

    /** Every number of a position is the position's. */
    private static void fill(KvCache cache, int position) {
        for (int layer = 0; layer < 2; layer++) {
            for (int head = 0; head < HEADS; head++) {
                for (var tensor : List.of(cache.keys(layer), cache.values(layer))) {
                    var row = row(tensor, cache.rows(layer), head, position);
                    for (int i = 0; i < WIDTH; i++) {
                        ElementType.F32.put(row, i, position + 1);
                    }
                }
            }
        }
    }

    private static List<Float> numbers(KvCache cache, int layer, int position) {
        var numbers = new ArrayList<Float>();
        for (int head = 0; head < HEADS; head++) {
            for (var tensor : List.of(cache.keys(layer), cache.values(layer))) {
                var row = row(tensor, cache.rows(layer), head, position);
                IntStream.range(0, WIDTH)
                        .forEach(i -> numbers.add(ElementType.F32.floatAt(row, i)));
            }
        }
        return numbers;
    }

    private static MemorySegment row(NDArray tensor, int rows, int head, int position) {
        long bytes = (long) WIDTH * Float.BYTES;
        return Tensors.memory(tensor)
                .asSlice((head * (long) rows + position % rows) * bytes, bytes);
    }

    @Test
    void the_block_with_the_prompts_last_token_is_never_reused() {
        say(ANN, 1, 2, 3, 4);

        assertThat(reused(ANN, 1, 2)).isZero();
        assertThat(reused(ANN, 1, 2, 3)).isEqualTo(2);
        assertThat(reused(ANN, 1, 2, 3, 4)).isEqualTo(2);
        assertThat(reused(ANN, 1, 2, 3, 4, 5)).isEqualTo(4);
    }

    @Test
    void neither_another_owner_nor_another_way_to_see_shares() {
        say(ANN, 1, 2, 3, 4);

        assertThat(reused(new Origin("bob", false), 1, 2, 3, 4, 5)).isZero();
        assertThat(reused(new Origin("ann", true), 1, 2, 3, 4, 5)).isZero();
    }

    @Test
    void a_block_with_the_same_hash_is_not_the_same_block() {
        say(ANN, 9, 9, 0, 31, 5, 5);
        assertThat(Arrays.hashCode(new int[] {0, 31})).isEqualTo(Arrays.hashCode(new int[] {1, 0}));

        assertThat(reused(ANN, 9, 9, 1, 0, 5, 5, 6)).isEqualTo(2);
    }

    @Test
    void the_same_block_after_another_beginning_is_another() {
        say(ANN, 1, 2, 3, 4);

        assertThat(reused(ANN, 7, 2, 3, 4, 5)).isZero();
        assertThat(reused(ANN, 3, 4, 5)).isZero();
    }

    @Test
    void what_prompts_have_in_common_is_kept_once() {
        say(ANN, 1, 2, 3, 4, 5, 6);
        say(ANN, 1, 2, 3, 4, 7, 8);

        assertThat(prefixes.bytes()).isEqualTo(4 * kept);
        assertThat(reused(ANN, 1, 2, 3, 4, 5, 6, 0)).isEqualTo(6);
        assertThat(reused(ANN, 1, 2, 3, 4, 7, 8, 0)).isEqualTo(6);
    }

    @Test
    void copying_goes_on_where_it_stopped() {
        say(ANN, 1, 2, 3, 4, 5, 6);
        var prompt = prompt(ANN, 1, 2, 3, 4, 5, 6, 7);
        try (var cache = store.allocate(ROOM).orElseThrow()) {
            assertThat(prefixes.copyInto(cache, prompt, 2)).isEqualTo(4);
            assertThat(prefixes.copyInto(cache, prompt, 2)).isEqualTo(2);
            assertThat(prefixes.copyInto(cache, prompt, 2)).isZero();
        }
    }

    @Test
    void what_was_not_used_for_longest_goes_first_and_the_end_of_a_prompt_before_its_beginning() {
        open(ElementType.F32, 1L << 20, 5 * kept);
        say(ANN, 1, 1, 2, 2, 3, 3);
        say(ANN, 4, 4, 5, 5);
        assertThat(reused(ANN, 1, 1, 2, 2, 9)).isEqualTo(4);

        say(ANN, 6, 6);
        assertThat(reused(ANN, 1, 1, 2, 2, 3, 3, 9)).isEqualTo(4);
        assertThat(reused(ANN, 4, 4, 5, 5, 9)).isEqualTo(4);
        say(ANN, 7, 7, 8, 8);

        assertThat(prefixes.bytes()).isEqualTo(5 * kept);
        assertThat(reused(ANN, 6, 6, 9)).isZero();
        assertThat(reused(ANN, 1, 1, 2, 2, 9)).isEqualTo(2);
        assertThat(reused(ANN, 4, 4, 5, 5, 9)).isEqualTo(4);
        assertThat(reused(ANN, 7, 7, 8, 8, 9)).isEqualTo(4);
    }

    @Test
    void a_prompt_that_is_longer_than_the_bound_keeps_its_beginning() {
        open(ElementType.F32, 1L << 20, 2 * kept + 1);
        say(ANN, 1, 1, 2, 2, 3, 3, 4, 4);

        assertThat(prefixes.bytes()).isEqualTo(2 * kept);
        assertThat(reused(ANN, 1, 1, 2, 2, 3, 3, 4, 4, 5)).isEqualTo(4);
    }

    @Test
    void a_bound_of_nothing_keeps_nothing() {
        open(ElementType.F32, 1L << 20, 0);
        say(ANN, 1, 2, 3, 4);

        assertThat(prefixes.bytes()).isZero();
        assertThat(reused(ANN, 1, 2, 3)).isZero();
    }

    @Test
    void a_sequence_that_needs_the_memory_gets_it_and_what_it_can_reuse_goes_last() {
        long tokens = store.layout().bytes(1);
        open(ElementType.F32, ROOM * tokens, ROOM * tokens);
        compute(prompt(ANN, 1, 1, 2, 2), 4).close();
        compute(prompt(ANN, 3, 3, 4, 4), 4).close();
        var asked = prompt(ANN, 1, 1, 2, 2, 5);
        assertThat(store.allocate(14)).isEmpty();

        prefixes.makeRoom(14 * tokens, asked);

        try (var cache = store.allocate(14).orElseThrow()) {
            assertThat(prefixes.copyInto(cache, asked, 100)).isEqualTo(4);
            assertThat(store.usedBytes() + prefixes.bytes()).isLessThanOrEqualTo(ROOM * tokens);
        }
        prefixes.makeRoom(ROOM * tokens, asked);
        assertThat(prefixes.bytes()).isZero();
        store.allocate(ROOM).orElseThrow().close();
    }

    @Test
    void nothing_goes_for_a_sequence_that_would_not_fit_even_then() {
        long tokens = store.layout().bytes(1);
        open(ElementType.F32, ROOM * tokens, ROOM * tokens);
        compute(prompt(ANN, 1, 1, 2, 2), 4).close();
        try (var _ = store.allocate(10).orElseThrow()) {
            prefixes.makeRoom(11 * tokens, prompt(ANN, 3, 3));

            assertThat(prefixes.bytes()).isEqualTo(2 * kept);
        }
    }

    @Test
    void running_sequences_leave_no_room_to_keep_and_lose_none_to_it() {
        long tokens = store.layout().bytes(1);
        open(ElementType.F32, ROOM * tokens, ROOM * tokens);
        try (var running = store.allocate(ROOM - 4).orElseThrow()) {
            compute(prompt(ANN, 1, 1, 2, 2), 4).close();

            assertThat(prefixes.bytes()).isZero();
            assertThat(running.length()).isZero();
        }
    }

    private int liveArrays() {
        return manager.getManagedArrays().size();
    }

    @Test
    void closing_frees_everything_that_was_kept() {
        int before = liveArrays();
        IntStream.range(0, 30).forEach(i -> say(ANN, 1, i, i, 1, i, 2));
        assertThat(liveArrays()).isGreaterThan(before);

        prefixes.close();

        assertThat(liveArrays()).isEqualTo(before);
        assertThat(prefixes.bytes()).isZero();
        assertThat(store.usedBytes()).isZero();
    }

    @Test
    void what_goes_away_leaves_no_native_array_behind() {
        open(ElementType.F32, 1L << 20, 3 * kept);
        say(ANN, 1, 1, 2, 2, 3, 3);
        int before = liveArrays();

        IntStream.range(4, 40).forEach(i -> say(ANN, i, 1, i, 2, i, 3));

        assertThat(liveArrays()).isEqualTo(before);
    }
}
