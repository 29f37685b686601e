package dev.millrace.workers.text.sample;

import dev.millrace.workers.text.sample.Sampled.Logprobs;
import dev.millrace.workers.text.sample.Sampled.Ranked;

import java.util.ArrayList;

/** Log-softmax of the logits as the model gave them: x - log(sum of exp(x')). */
final class Likelihoods {
    private Likelihoods() {}

    static Logprobs of(float[] logits, float highest, int drawn, int count) {
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - (double) highest);
        }
        double normalizer = highest + Math.log(sum);
        var top = new ArrayList<Ranked>(count);
        for (int token : likeliest(logits, Math.min(count, logits.length))) {
            top.add(new Ranked(token, logits[token] - normalizer));
        }
        return new Logprobs(logits[drawn] - normalizer, top);
    }

    /** A short list kept in order while all tokens pass by: most of them beat none of it. */
    private static int[] likeliest(float[] logits, int count) {
        var best = new int[count];
        int found = 0;
        for (int token = 0; token < logits.length; token++) {
            if (found < count) {
                found++;
            } else if (count == 0 || logits[token] <= logits[best[count - 1]]) {
                continue;
            }
            int at = found - 1;
            for (; at > 0 && logits[best[at - 1]] < logits[token]; at--) {
                best[at] = best[at - 1];
            }
            best[at] = token;
        }
        return best;
    }
}
