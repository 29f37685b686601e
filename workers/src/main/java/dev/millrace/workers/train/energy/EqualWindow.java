package dev.millrace.workers.train.energy;

import dev.millrace.workers.text.kv.chunk.ChunkSettings;
import dev.millrace.workers.text.kv.eco.EcoSettings;

/** Chunk selection by which a token sees as many others as a window and first tokens are. */
final class EqualWindow {
    /** Tokens of a chunk, about those of a sentence. */
    private static final int USUAL_CHUNK = 12;

    /** Of a window shorter than so many chunks, chunks are shorter too. */
    private static final int FEWEST = 4;

    private EqualWindow() {}

    /**
     * The first chunk, selected and newest ones in the same proportion as otherwise, however short
     * the text is; the open chunk makes up for what is left of the window.
     */
    static ChunkSettings of(EcoSettings window, ChunkSettings usual) {
        int length = Math.clamp(window.rows() / FEWEST, 1, USUAL_CHUNK);
        int others = Math.max(1, (window.rows() - 1) / length - 1);
        int local = others * usual.local() / Math.max(1, usual.local() + usual.most());
        return new ChunkSettings(
                usual.threshold(),
                Math.min(usual.shortest(), length),
                length,
                local,
                others - local,
                1,
                usual.keys(),
                usual.vote(),
                usual.triggers(),
                0);
    }
}
