package dev.millrace.workers.text.kv.chunk;

import dev.millrace.workers.text.kv.chunk.ChunkSettings.Keys;
import dev.millrace.workers.text.simd.Lanes;

import java.util.Arrays;

/**
 * A sequence's chunks, the tokens after the last of them (the open chunk), and for each scoring
 * layer one key per chunk.
 *
 * <p>Keys lie as [width, chunks], so that a query meets all chunks in loops that the compiler
 * vectorises, and without a sum whose order it might change.
 */
public final class ChunkIndex {
    /** Chunks it has room for at first; the room doubles when it is used up. */
    private static final int FIRST_ROOM = 64;

    /** Chunks whose sums stay near while the columns pass by. */
    private static final int SCORED_AT_ONCE = 1024;

    private final ChunkSettings settings;
    private final int width;
    private final float[][][] keys; // of each layer [width, chunks]
    private final float[][]
            open; // of each layer: the mean's or last's part of the open chunk's key
    private final float[][] first; // of each layer: its first token's part
    private int[] ends = new int[FIRST_ROOM];
    private int count;
    private int length;

    /**
     * @param layers scoring layers
     * @param width of a key
     */
    ChunkIndex(ChunkSettings settings, int layers, int width) {
        this.settings = settings;
        this.width = width;
        this.keys = new float[layers][width][FIRST_ROOM];
        this.open = new float[layers][width];
        this.first = new float[layers][width];
    }

    /** Whole chunks. */
    public int count() {
        return count;
    }

    /** Tokens in all. */
    public int length() {
        return length;
    }

    /** The first token of a chunk; of the open one for {@code chunk == count()}. */
    public int start(int chunk) {
        return chunk == 0 ? 0 : ends[chunk - 1];
    }

    /** The token after the last one of a whole chunk. */
    public int end(int chunk) {
        return ends[chunk];
    }

    /**
     * scores[chunk] = query * key, for the chunks from {@code from} to before {@code to}.
     *
     * @param at where in {@code query} the layer's begins
     */
    void score(int layer, float[] query, int at, int from, int to, float[] scores) {
        for (int start = from; start < to; start += SCORED_AT_ONCE) {
            int end = Math.min(to, start + SCORED_AT_ONCE);
            Arrays.fill(scores, start, end, 0);
            for (int i = 0; i < width; i++) {
                addProduct(keys[layer][i], query[at + i], scores, start, end);
            }
        }
    }

    private static void addProduct(float[] column, float factor, float[] sums, int from, int to) {
        var factors = Lanes.broadcast(factor);
        int chunk = from;
        for (; chunk + Lanes.COUNT <= to; chunk += Lanes.COUNT) {
            Lanes.load(column, chunk).fma(factors, Lanes.load(sums, chunk)).intoArray(sums, chunk);
        }
        for (; chunk < to; chunk++) {
            sums[chunk] = Math.fma(column[chunk], factor, sums[chunk]);
        }
    }

    /** A layer's keys of the chunks from {@code from} to before {@code to}, [width, chunks]. */
    float[] keys(int layer, int from, int to) {
        float[] some = new float[width * (to - from)];
        for (int i = 0; i < width; i++) {
            System.arraycopy(keys[layer][i], from, some, i * (to - from), to - from);
        }
        return some;
    }

    int width() {
        return width;
    }

    int layers() {
        return keys.length;
    }

    /**
     * Takes the next token in.
     *
     * @param isEnd whether the detector says that a sentence ends with it
     * @param tokenKeys its adapted key in each scoring layer, layer by layer, part by part
     * @return whether a chunk ended with it
     */
    boolean append(boolean isEnd, float... tokenKeys) {
        int stride = settings.keys().parts() * width;
        length++;
        int size = length - start(count);
        for (int layer = 0; layer < open.length; layer++) {
            int at = layer * stride;
            for (int i = 0; i < width; i++) {
                float key = tokenKeys[at + i];
                open[layer][i] =
                        switch (settings.keys()) {
                            case LAST -> key;
                            case MEAN, MEAN_AND_ENDS -> open[layer][i] + key;
                        };
            }
            if (size == 1 && settings.keys() == Keys.MEAN_AND_ENDS) {
                System.arraycopy(tokenKeys, at + width, first[layer], 0, width);
            }
        }
        if (!settings.ends(size, isEnd)) {
            return false;
        }
        close(size, stride, tokenKeys);
        return true;
    }

    private void close(int size, int stride, float... lastKeys) {
        makeRoom(count + 1);
        for (int layer = 0; layer < keys.length; layer++) {
            for (int i = 0; i < width; i++) {
                float part = open[layer][i];
                keys[layer][i][count] =
                        switch (settings.keys()) {
                            case LAST -> part;
                            case MEAN -> part / size;
                            case MEAN_AND_ENDS ->
                                    part / size
                                            + first[layer][i]
                                            + lastKeys[layer * stride + 2 * width + i];
                        };
            }
            Arrays.fill(open[layer], 0);
        }
        ends[count++] = length;
    }

    private void makeRoom(int chunks) {
        int room = ends.length;
        while (room < chunks) {
            room *= 2;
        }
        if (room > ends.length) {
            int larger = room;
            ends = Arrays.copyOf(ends, larger);
            for (float[][] layer : keys) {
                Arrays.setAll(layer, i -> Arrays.copyOf(layer[i], larger));
            }
        }
    }

    /** A state to come back to. */
    @SuppressWarnings("ArrayRecordComponent") // a copy that nobody changes, never compared
    record Mark(int count, int length, float[][] open, float[][] first) {
        long bytes() {
            return 2L * open.length * open[0].length * Float.BYTES;
        }
    }

    Mark mark() {
        return new Mark(count, length, copy(open), copy(first));
    }

    private static float[][] copy(float[][] arrays) {
        var copies = new float[arrays.length][];
        Arrays.setAll(copies, layer -> arrays[layer].clone());
        return copies;
    }

    /** Forgets what came after a mark that was made of this index. */
    void backTo(Mark mark) {
        count = mark.count();
        length = mark.length();
        for (int layer = 0; layer < open.length; layer++) {
            System.arraycopy(mark.open()[layer], 0, open[layer], 0, width);
            System.arraycopy(mark.first()[layer], 0, first[layer], 0, width);
        }
    }

    /**
     * The chunks that ended since some mark.
     *
     * @param keys of each layer [width, chunks]
     */
    @SuppressWarnings("ArrayRecordComponent") // a copy that nobody changes, never compared
    record Ended(int[] ends, float[][][] keys) {
        long bytes() {
            return ChunkIndex.bytes(ends.length, keys.length, keys[0].length);
        }
    }

    Ended since(Mark mark) {
        var some = new float[keys.length][width][];
        for (int layer = 0; layer < keys.length; layer++) {
            for (int i = 0; i < width; i++) {
                some[layer][i] = Arrays.copyOfRange(keys[layer][i], mark.count(), count);
            }
        }
        return new Ended(Arrays.copyOfRange(ends, mark.count(), count), some);
    }

    /** Takes chunks over that ended in another index of the same tokens, and how it stood then. */
    void append(Ended chunks, Mark after) {
        int more = chunks.ends().length;
        makeRoom(count + more);
        System.arraycopy(chunks.ends(), 0, ends, count, more);
        for (int layer = 0; layer < keys.length; layer++) {
            for (int i = 0; i < width; i++) {
                System.arraycopy(chunks.keys()[layer][i], 0, keys[layer][i], count, more);
            }
        }
        backTo(after);
    }

    /** Bytes that it holds. */
    long bytes() {
        return bytes(ends.length, keys.length, width);
    }

    private static long bytes(long room, int layers, int width) {
        return room * (Integer.BYTES + (long) layers * width * Float.BYTES);
    }

    /** Bytes that an index of so many tokens can come to hold. */
    static long mostBytes(ChunkSettings settings, int layers, int width, int tokens) {
        long room = FIRST_ROOM;
        while (room < tokens / settings.shortest()) {
            room *= 2;
        }
        return bytes(room, layers, width);
    }
}
