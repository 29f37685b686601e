package dev.millrace.workers.text.sample;

import dev.millrace.protocol.TextParameters;
import dev.millrace.workers.tensor.Generator;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** The slow twin: sorts the whole vocabulary, sums big integers. */
final class SortingSampler {
    private SortingSampler() {}

    static int draw(float[] logits, TextParameters parameters, long index) {
        double highest =
                IntStream.range(0, logits.length).mapToDouble(i -> logits[i]).max().orElse(0);
        var weights =
                IntStream.range(0, logits.length)
                        .mapToObj(i -> weight(logits[i] - highest, parameters.temperature()))
                        .toList();
        var tokens =
                IntStream.range(0, logits.length)
                        .boxed()
                        .filter(token -> weights.get(token).signum() > 0)
                        .toList();
        if (parameters.topK() > 0 && parameters.topK() < tokens.size()) {
            tokens = ranked(tokens, weights).subList(0, parameters.topK());
        }
        if (parameters.topP() < 1) {
            tokens = nucleus(ranked(tokens, weights), weights, parameters.topP());
        }
        return pick(
                tokens.stream().sorted().toList(),
                weights,
                new Generator(parameters.seed()).bits(index, 0));
    }

    private static BigInteger weight(double difference, double temperature) {
        double scale = Math.min(1 / temperature, Double.MAX_VALUE);
        return BigInteger.valueOf((long) (Math.exp(difference * scale) * 0x1p44));
    }

    private static List<Integer> ranked(List<Integer> tokens, List<BigInteger> weights) {
        return tokens.stream()
                .sorted(
                        Comparator.comparing(weights::get, Comparator.<BigInteger>reverseOrder())
                                .thenComparing(Comparator.<Integer>naturalOrder()))
                .toList();
    }

    private static List<Integer> nucleus(
            List<Integer> ranked, List<BigInteger> weights, double topP) {
        var enough =
                new BigDecimal(topP * sum(ranked, weights).doubleValue())
                        .setScale(0, RoundingMode.CEILING)
                        .toBigInteger();
        for (int count = 1; count < ranked.size(); count++) {
            var first = ranked.subList(0, count);
            if (sum(first, weights).compareTo(enough) >= 0) {
                return first;
            }
        }
        return ranked;
    }

    private static int pick(List<Integer> tokens, List<BigInteger> weights, long bits) {
        var unsigned = new BigInteger(Long.toUnsignedString(bits));
        var point = unsigned.multiply(sum(tokens, weights)).shiftRight(Long.SIZE);
        for (int count = 1; count < tokens.size(); count++) {
            if (point.compareTo(sum(tokens.subList(0, count), weights)) < 0) {
                return tokens.get(count - 1);
            }
        }
        return tokens.getLast();
    }

    private static BigInteger sum(List<Integer> tokens, List<BigInteger> weights) {
        return tokens.stream().map(weights::get).reduce(BigInteger.ZERO, BigInteger::add);
    }
}
