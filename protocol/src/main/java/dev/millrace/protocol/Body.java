package dev.millrace.protocol;

import java.time.Duration;
import java.util.List;

/**
 * What is said about a job; every stream starts with {@link Accepted} and ends with one {@link
 * Terminal}.
 */
public sealed interface Body {
    EventType type();

    /**
     * The job exists. Its deadline counts from the time at which the broker appended this record.
     *
     * @param cancelOnDisconnect whether the job is cancelled when a client that reads its stream
     *     goes away before the end
     */
    record Accepted(
            ModelId model, String kind, String owner, Duration deadline, boolean cancelOnDisconnect)
            implements Body {
        public Accepted {
            Deadlines.check(deadline);
        }

        public Accepted(ModelId model, String kind, String owner, Duration deadline) {
            this(model, kind, owner, deadline, false);
        }

        @Override
        public EventType type() {
            return EventType.ACCEPTED;
        }
    }

    /** A worker takes the stream over: from here on every event of an older attempt is void. */
    record Claimed(String worker) implements Body {
        @Override
        public EventType type() {
            return EventType.CLAIMED;
        }
    }

    /** A part of the answer, or news of it. */
    sealed interface Content extends Body {}

    /**
     * A piece of text and the tokens behind it. The tokens are the checkpoint from which another
     * worker continues. The text may be empty (half a character, or text that may still become a
     * stop string) and the tokens may be (text released at the end).
     *
     * @param boundary whether a chunk of the context ended right before the token, so that what the
     *     token's own step looks at was selected anew
     */
    record Delta(String text, List<Integer> tokens, List<TokenLogprob> logprobs, boolean boundary)
            implements Content {
        public Delta {
            tokens = List.copyOf(tokens);
            logprobs = List.copyOf(logprobs);
        }

        public Delta(String text, List<Integer> tokens, List<TokenLogprob> logprobs) {
            this(text, tokens, logprobs, false);
        }

        public Delta(String text, int token) {
            this(text, List.of(token), List.of());
        }

        @Override
        public EventType type() {
            return EventType.DELTA;
        }
    }

    /**
     * A picture while it is being made.
     *
     * @param picture which of the job's, from 0
     * @param index of this preview among all of the job's, from 0
     * @param block of the flow that is being inverted; 0 is the last one
     * @param fraction of the work that is done, estimated
     * @param residuals how far each sweep since the picture's last preview moved its tokens
     */
    record Preview(
            int picture,
            int index,
            int block,
            double fraction,
            List<Double> residuals,
            Sweeps sweeps,
            Png image)
            implements Content {
        public Preview {
            residuals = List.copyOf(residuals);
            requireIndex("picture", picture);
            requireIndex("index", index);
            requireIndex("block", block);
            requireFraction(fraction);
        }

        @Override
        public EventType type() {
            return EventType.PREVIEW;
        }
    }

    /**
     * A picture that is done.
     *
     * @param picture which of the job's, from 0
     */
    record Picture(int picture, Sweeps sweeps, Png image) implements Content {
        public Picture {
            requireIndex("picture", picture);
        }

        @Override
        public EventType type() {
            return EventType.PICTURE;
        }
    }

    /**
     * What was spent on a picture so far.
     *
     * @param counts of sweeps, for each block that was begun, in the order in which they are
     *     inverted
     * @param tokenwise blocks that were inverted token by token, because sweeps over many tokens
     *     gave no numbers
     */
    record Sweeps(List<Integer> counts, List<Integer> tokenwise) {
        public Sweeps {
            counts = List.copyOf(counts);
            tokenwise = List.copyOf(tokenwise);
        }
    }

    /**
     * How far the work is, from 0 to 1, and what is being done.
     *
     * @param found classes that a picture seems to hold, the likeliest first; none where nothing is
     *     looked for
     * @param prompts places at which masks will be drawn
     */
    record Progress(String stage, double fraction, List<Presence> found, int prompts)
            implements Content {
        public Progress {
            found = List.copyOf(found);
            requireFraction(fraction);
            requireIndex("prompts", prompts);
        }

        public Progress(String stage, double fraction) {
            this(stage, fraction, List.of(), 0);
        }

        @Override
        public EventType type() {
            return EventType.PROGRESS;
        }
    }

    /** A class that a picture seems to hold, and how likely that is, 0 to 1. */
    record Presence(String label, double score) {
        public Presence {
            requireFraction(score);
        }
    }

    /**
     * A thing in a picture.
     *
     * @param index among the job's masks, from 0; the best come first
     * @param label name of its class; empty if it was prompted for
     * @param prompt index of the job's prompt that it answers; {@link #FOUND} if none
     * @param score how likely it is right, 0 to 1
     * @param box the smallest that holds it
     * @param area in pixels
     */
    record Mask(
            int index, String label, int prompt, double score, Box box, int area, Outline outline)
            implements Content {
        public static final int FOUND = -1;

        public Mask {
            requireIndex("index", index);
            requireIndex("prompt", prompt - FOUND);
            requireIndex("area", area);
            requireFraction(score);
        }

        @Override
        public EventType type() {
            return EventType.MASK;
        }
    }

    /** Whole pixels of a picture. */
    record Box(int left, int top, int width, int height) {
        public Box {
            requireIndex("left", left);
            requireIndex("top", top);
            requireIndex("width", width);
            requireIndex("height", height);
        }
    }

    /** Which pixels a mask has. */
    sealed interface Outline {
        /** COCO's compressed run lengths of a picture's columns. */
        record Runs(int height, int width, String counts) implements Outline {}

        /** White where the mask is. */
        record Bitmap(Png image) implements Outline {}

        /** Corners [x0, y0, x1, y1, ...] of each part. */
        record Polygons(List<List<Double>> parts) implements Outline {
            public Polygons {
                parts = parts.stream().map(List::copyOf).toList();
            }
        }
    }

    /** Exact continuation was impossible: what follows does not continue what came before. */
    record Restarted(String reason) implements Content {
        @Override
        public EventType type() {
            return EventType.RESTARTED;
        }
    }

    /** The end of a stream. */
    sealed interface Terminal extends Body {}

    record Completed(FinishReason reason, Usage usage) implements Terminal {
        @Override
        public EventType type() {
            return EventType.COMPLETED;
        }
    }

    /**
     * @param attempts how often the job was handed to a worker; 0 where no worker was involved
     */
    record Failed(ErrorCode code, String message, int attempts) implements Terminal {
        @Override
        public EventType type() {
            return EventType.FAILED;
        }
    }

    record Cancelled() implements Terminal {
        @Override
        public EventType type() {
            return EventType.CANCELLED;
        }
    }

    record Expired() implements Terminal {
        @Override
        public EventType type() {
            return EventType.EXPIRED;
        }
    }

    private static void requireFraction(double fraction) {
        if (!(fraction >= 0 && fraction <= 1)) {
            throw new IllegalArgumentException("a fraction or score must be 0..1, was " + fraction);
        }
    }

    private static void requireIndex(String name, int index) {
        if (index < 0) {
            throw new IllegalArgumentException(name + " must be at least 0, was " + index);
        }
    }
}
