package dev.millrace.workers.text;

import dev.millrace.workers.text.kernels.DecoderKernels.Step;
import dev.millrace.workers.text.kv.KvCache;

import java.util.List;

/** Where a sequence stands between two steps. */
sealed interface Generation {
    /** Has no memory yet. */
    record Waiting() implements Generation {
        Prefilling toPrefilling(KvCache cache) {
            return new Prefilling(cache);
        }
    }

    /** Holds memory; the cache's length is how much of the prompt is in it. */
    record Prefilling(KvCache cache) implements Generation {
        Replaying toReplaying(List<Integer> said) {
            return new Replaying(cache, said, 0);
        }

        Decoding toDecoding(int token) {
            return new Decoding(cache, token);
        }
    }

    /**
     * Takes the stream's own tokens through the path that made them.
     *
     * @param next index of the token to go through now
     */
    record Replaying(KvCache cache, List<Integer> said, int next) implements Generation {
        Step step() {
            return new Step(cache, said.get(next));
        }

        boolean isLast() {
            return next == said.size() - 1;
        }

        Replaying toNext() {
            return new Replaying(cache, said, next + 1);
        }

        Decoding toDecoding(int token) {
            return new Decoding(cache, token);
        }
    }

    /**
     * Makes tokens.
     *
     * @param token the newest, which is not in the cache yet
     */
    record Decoding(KvCache cache, int token) implements Generation {
        Step step() {
            return new Step(cache, token);
        }

        Decoding toDecoding(int next) {
            return new Decoding(cache, next);
        }
    }

    /** Holds nothing. */
    record Finished() implements Generation {}

    /** Frees what the sequence holds. */
    default Finished toFinished() {
        switch (this) {
            case Waiting() -> {}
            case Prefilling(var cache) -> cache.close();
            case Replaying(var cache, _, _) -> cache.close();
            case Decoding(var cache, _) -> cache.close();
            case Finished() -> {}
        }
        return new Finished();
    }
}
