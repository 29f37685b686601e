package dev.millrace.workers.text.tokens;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/** What bytes each token stands for, in one array, and which tokens are special. */
final class Vocabulary {
    private static final byte[] NOTHING = {};

    private final byte[] bytes;
    private final int[] ends;
    private final BitSet special;

    private Vocabulary(byte[] bytes, int[] ends, BitSet special) {
        this.bytes = bytes;
        this.ends = ends;
        this.special = special;
    }

    /** {@code spellings.get(id)} is what token {@code id} stands for. */
    static Vocabulary of(List<byte[]> spellings, BitSet special) {
        var ends = new int[spellings.size()];
        int length = 0;
        for (int id = 0; id < ends.length; id++) {
            length += spellings.get(id).length;
            ends[id] = length;
        }
        var bytes = new byte[length];
        int at = 0;
        for (var spelling : spellings) {
            System.arraycopy(spelling, 0, bytes, at, spelling.length);
            at += spelling.length;
        }
        return new Vocabulary(bytes, ends, (BitSet) special.clone());
    }

    int size() {
        return ends.length;
    }

    boolean isSpecial(int token) {
        return token >= 0 && special.get(token);
    }

    boolean knows(int token) {
        return token >= 0 && token < ends.length;
    }

    byte[] bytesOf(int token) {
        return knows(token) ? Arrays.copyOfRange(bytes, start(token), end(token)) : NOTHING;
    }

    /** Where the token's bytes begin; a token that is not known has none. */
    int start(int token) {
        return knows(token) && token > 0 ? ends[token - 1] : 0;
    }

    int end(int token) {
        return knows(token) ? ends[token] : 0;
    }

    byte byteAt(int at) {
        return bytes[at];
    }
}
