package dev.millrace.workers.text;

import java.util.function.Supplier;

/**
 * How an answer begins that a stream may already have a part of.
 *
 * @param said what the stream has of it; the answer has taken those tokens
 * @param ahead characters the stream has beyond what its tokens released
 * @param isRestart whether the stream's part had to be given up
 */
record Opening(Said said, Answer answer, int ahead, boolean isRestart) {
    /**
     * Replays the tokens' text. If it is not what the stream shows, then model or tokenizer are not
     * those that made it, and no continuation would be exact: the answer starts anew.
     */
    static Opening of(Said said, Supplier<Answer> newAnswer, int vocabulary) {
        var answer = newAnswer.get();
        var text = new StringBuilder();
        for (int token : said.tokens()) {
            if (answer.finish().isPresent() || token < 0 || token >= vocabulary) {
                return restart(newAnswer);
            }
            text.append(answer.add(token));
        }
        if (!said.text().startsWith(text.toString())) {
            return restart(newAnswer);
        }
        return new Opening(said, answer, said.text().length() - text.length(), false);
    }

    private static Opening restart(Supplier<Answer> newAnswer) {
        return new Opening(Said.NOTHING, newAnswer.get(), 0, true);
    }
}
