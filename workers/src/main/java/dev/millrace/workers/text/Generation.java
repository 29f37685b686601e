package dev.millrace.workers.text;

import dev.millrace.workers.text.kernels.DecoderKernels.Step;
import dev.millrace.workers.text.kv.KvCache;

import java.util.List;
import java.util.Optional;

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

    /** What it holds; nothing before it is let in and after its end. */
    default Optional<KvCache> memory() {
        return switch (this) {
            case Prefilling(var cache) -> Optional.of(cache);
            case Replaying(var cache, _, _) -> Optional.of(cache);
            case Decoding(var cache, _) -> Optional.of(cache);
            case Waiting(), Finished() -> Optional.empty();
        };
    }

    /** Frees what the sequence holds. */
    default Finished toFinished() {
        memory().ifPresent(KvCache::close);
        return new Finished();
    }
}
