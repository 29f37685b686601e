package dev.millrace.workers.train.longtext;

import dev.millrace.workers.text.kv.chunk.ChunkSettings;
import dev.millrace.workers.text.kv.chunk.ChunkSettings.Keys;
import dev.millrace.workers.text.kv.chunk.ChunkSettings.Triggers;
import dev.millrace.workers.text.kv.chunk.ChunkSettings.Vote;
import dev.millrace.workers.text.kv.chunk.Chunks;

import java.util.ArrayList;
import java.util.List;

/**
 * Sees everything, and keeps what adapters made of each token, so that others can select from the
 * same text.
 */
final class Trace extends Chunks {
    private static final ChunkSettings EVERYTHING =
            new ChunkSettings(
                    0.5,
                    1,
                    Integer.MAX_VALUE,
                    0,
                    0,
                    1,
                    Keys.LAST,
                    Vote.COUNT,
                    Triggers.NONE,
                    Integer.MAX_VALUE);

    private final List<Token> tokens = new ArrayList<>();
    private float[] query = new float[0];

    /**
     * One token.
     *
     * @param boundary probability that a sentence ends with it
     * @param keys adapted, layer by layer
     */
    @SuppressWarnings("ArrayRecordComponent") // filled once and read by index, never compared
    record Token(double boundary, float[] keys) {}

    Trace(int layers, int width) {
        super(EVERYTHING, new RandomSelector(0), layers, width);
    }

    @Override
    public void appendPrompt(double boundary, float... keys) {
        super.appendPrompt(boundary, keys);
        tokens.add(new Token(boundary, keys));
    }

    @Override
    public void append(double boundary, float[] keys, float[] newest) {
        super.append(boundary, keys, newest);
        tokens.add(new Token(boundary, keys));
        query = newest;
    }

    @Override
    public void select(float... newest) {
        super.select(newest);
        query = newest;
    }

    /** Takes over a token that nobody will ask about. */
    void skip(float... nothing) {
        super.appendPrompt(0, nothing);
    }

    Token token(int position) {
        return tokens.get(position);
    }

    /** The newest token's adapted queries, layer by layer. */
    float[] query() {
        return query;
    }

    @Override
    public void backTo(Mark mark) {
        super.backTo(mark);
        while (tokens.size() > length()) {
            tokens.removeLast();
        }
    }
}
