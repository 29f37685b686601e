package dev.millrace.workers.text.kv.chunk;

import dev.millrace.workers.simd.Lanes;
import dev.millrace.workers.text.kv.chunk.ChunkSettings.Keys;

import java.util.Arrays;

/**
 * A sequence's chunks, the tokens after the last of them (the open chunk), and for each scorer one
 * key per chunk.
 *
 * <p>Keys lie in bf16 as tiles of {@value #TILE} chunks, [tiles, width, TILE], so that a query
 * meets all chunks of a tile at once, without a sum over lanes. A lane of 32 bits holds two, and
 * becomes two floats by a shift and a mask: in its lower half a chunk, in its upper half the one
 * that is a vector's length later.
 */
public final class ChunkIndex {
    /** Chunks of a tile. */
    static final int TILE = 64;

    /** Chunks it has room for at first; the room doubles when it is used up. */
    private static final int FIRST_ROOM = TILE;

    private static final int AT_ONCE = 4 * Lanes.COUNT;

    private final ChunkSettings settings;
    private final int width;
    private final short[][] keys; // of each scorer [tiles, width, TILE]
    private final float[][]
            open; // of each scorer: the mean's or last's part of the open chunk's key
    private final float[][] first; // of each scorer: its first token's part
    private int[] ends = new int[FIRST_ROOM];
    private float[] bias = new float[FIRST_ROOM]; // what each chunk's scores begin with
    private int count;
    private int length;

    /**
     * @param scorers how many
     * @param width of a key
     */
    ChunkIndex(ChunkSettings settings, int scorers, int width) {
        this.settings = settings;
        this.width = width;
        this.keys = new short[scorers][width * FIRST_ROOM];
        this.open = new float[scorers][width];
        this.first = new float[scorers][width];
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
     * scores[chunk] = query * key + sqrt(width) * {@link #bias}, for all chunks of the tiles that
     * have some from {@code from} to before {@code to}.
     *
     * @param at where in {@code query} the scorer's begins
     */
    void score(int scorer, float[] query, int at, int from, int to, float[] scores) {
        for (int tile = from / TILE; tile * TILE < to; tile++) {
            for (int lane = 0; lane < TILE; lane += AT_ONCE) {
                score(keys[scorer], query, at, tile, lane, scores);
            }
        }
    }

    private void score(short[] some, float[] query, int at, int tile, int lane, float[] scores) {
        int chunk = tile * TILE + lane;
        var a = Lanes.load(bias, chunk);
        var b = Lanes.load(bias, chunk + Lanes.COUNT);
        var c = Lanes.load(bias, chunk + 2 * Lanes.COUNT);
        var d = Lanes.load(bias, chunk + 3 * Lanes.COUNT);
        for (int i = 0; i < width; i++) {
            int key = (tile * width + i) * TILE + lane;
            var factor = Lanes.broadcast(query[at + i]);
            var pairs = Lanes.pairs(some, key);
            a = Lanes.lower(pairs).fma(factor, a);
            b = Lanes.upper(pairs).fma(factor, b);
            pairs = Lanes.pairs(some, key + 2 * Lanes.COUNT);
            c = Lanes.lower(pairs).fma(factor, c);
            d = Lanes.upper(pairs).fma(factor, d);
        }
        a.intoArray(scores, chunk);
        b.intoArray(scores, chunk + Lanes.COUNT);
        c.intoArray(scores, chunk + 2 * Lanes.COUNT);
        d.intoArray(scores, chunk + 3 * Lanes.COUNT);
    }

    /** Numbers that {@link #score} may write, for the chunks up to before {@code to}. */
    static int room(int to) {
        return Math.ceilDiv(to, TILE) * TILE;
    }

    private int place(int i, int chunk) {
        int lane = chunk % Lanes.COUNT;
        int pairs = chunk % TILE / (2 * Lanes.COUNT) * Lanes.COUNT + lane;
        int half = chunk / Lanes.COUNT % 2;
        return (chunk / TILE * width + i) * TILE + 2 * pairs + half;
    }

    /** A scorer's keys of the chunks from {@code from} to before {@code to}, [width, chunks]. */
    float[] keys(int scorer, int from, int to) {
        float[] some = new float[width * (to - from)];
        for (int i = 0; i < width; i++) {
            for (int chunk = from; chunk < to; chunk++) {
                some[i * (to - from) + chunk - from] = Lanes.widened(keys[scorer][place(i, chunk)]);
            }
        }
        return some;
    }

    /**
     * What a chunk's score has beside query and key over sqrt(width): where a key stands for all of
     * a chunk's tokens, the logarithm of their number, for so many take part in the attention.
     */
    float[] bias(int from, int to) {
        float[] some = Arrays.copyOfRange(bias, from, to);
        for (int i = 0; i < some.length; i++) {
            some[i] /= (float) Math.sqrt(width);
        }
        return some;
    }

    private float biasOf(int size) {
        return settings.keys() == Keys.MEAN_AND_ENDS
                ? (float) (Math.sqrt(width) * Math.log(size))
                : 0;
    }

    int width() {
        return width;
    }

    int scorers() {
        return keys.length;
    }

    /**
     * Takes the next token in.
     *
     * @param isEnd whether the detector says that a sentence ends with it
     * @param tokenKeys its adapted key of each scorer, scorer by scorer, part by part
     * @return whether a chunk ended with it
     */
    boolean append(boolean isEnd, float... tokenKeys) {
        int stride = settings.keys().parts() * width;
        length++;
        int size = length - start(count);
        for (int scorer = 0; scorer < open.length; scorer++) {
            int at = scorer * stride;
            for (int i = 0; i < width; i++) {
                float key = tokenKeys[at + i];
                open[scorer][i] =
                        switch (settings.keys()) {
                            case LAST -> key;
                            case MEAN, MEAN_AND_ENDS -> open[scorer][i] + key;
                        };
            }
            if (size == 1 && settings.keys() == Keys.MEAN_AND_ENDS) {
                System.arraycopy(tokenKeys, at + width, first[scorer], 0, width);
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
        for (int scorer = 0; scorer < keys.length; scorer++) {
            for (int i = 0; i < width; i++) {
                float part = open[scorer][i];
                float key =
                        switch (settings.keys()) {
                            case LAST -> part;
                            case MEAN -> part / size;
                            case MEAN_AND_ENDS ->
                                    part / size
                                            + first[scorer][i]
                                            + lastKeys[scorer * stride + 2 * width + i];
                        };
                keys[scorer][place(i, count)] = Lanes.narrowed(key);
            }
            Arrays.fill(open[scorer], 0);
        }
        bias[count] = biasOf(size);
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
            bias = Arrays.copyOf(bias, larger);
            Arrays.setAll(keys, scorer -> Arrays.copyOf(keys[scorer], width * larger));
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
        Arrays.setAll(copies, scorer -> arrays[scorer].clone());
        return copies;
    }

    /** Forgets what came after a mark that was made of this index. */
    void backTo(Mark mark) {
        count = mark.count();
        length = mark.length();
        for (int scorer = 0; scorer < open.length; scorer++) {
            System.arraycopy(mark.open()[scorer], 0, open[scorer], 0, width);
            System.arraycopy(mark.first()[scorer], 0, first[scorer], 0, width);
        }
    }

    /**
     * The chunks that ended since some mark.
     *
     * @param keys of each scorer [width, chunks]
     */
    @SuppressWarnings("ArrayRecordComponent") // a copy that nobody changes, never compared
    record Ended(int[] ends, float[][] keys) {
        long bytes() {
            long bytes = (long) ends.length * Integer.BYTES;
            for (float[] some : keys) {
                bytes += (long) some.length * Float.BYTES;
            }
            return bytes;
        }
    }

    Ended since(Mark mark) {
        var some = new float[keys.length][];
        Arrays.setAll(some, scorer -> keys(scorer, mark.count(), count));
        return new Ended(Arrays.copyOfRange(ends, mark.count(), count), some);
    }

    /** Takes chunks over that ended in another index of the same tokens, and how it stood then. */
    void append(Ended chunks, Mark after) {
        int more = chunks.ends().length;
        makeRoom(count + more);
        System.arraycopy(chunks.ends(), 0, ends, count, more);
        for (int chunk = count; chunk < count + more; chunk++) {
            bias[chunk] = biasOf(end(chunk) - start(chunk));
        }
        for (int scorer = 0; scorer < keys.length; scorer++) {
            for (int i = 0; i < width * more; i++) {
                keys[scorer][place(i / more, count + i % more)] =
                        Lanes.narrowed(chunks.keys()[scorer][i]);
            }
        }
        backTo(after);
    }

    /** Bytes that it holds. */
    long bytes() {
        return bytes(ends.length, keys.length, width);
    }

    private static long bytes(long room, int scorers, int width) {
        return room * (Integer.BYTES + Float.BYTES + (long) scorers * width * Short.BYTES);
    }

    /** Bytes that an index of so many tokens can come to hold. */
    static long mostBytes(ChunkSettings settings, int scorers, int width, int tokens) {
        long room = FIRST_ROOM;
        while (room < tokens / settings.shortest()) {
            room *= 2;
        }
        return bytes(room, scorers, width);
    }
}
