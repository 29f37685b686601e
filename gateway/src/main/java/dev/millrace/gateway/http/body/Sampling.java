package dev.millrace.gateway.http.body;

import dev.millrace.gateway.refusal.Refusal;
import dev.millrace.protocol.Attention;
import dev.millrace.protocol.Served;
import dev.millrace.protocol.TextParameters;

import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;

/**
 * How a text is continued: what the request says, else the model's defaults, else a seed drawn
 * here, so that every attempt at the job computes the same.
 */
public final class Sampling {
    /** Drawn seeds fit a double, so that no client's JSON reader rounds them. */
    private static final long SEEDS = 1L << 53;

    private static final String ATTENTION = "attention";

    private Sampling() {}

    /** The native parameters. */
    public static TextParameters nativeParameters(Fields fields, Served.TextModel model) {
        var logprobs = fields.whole("logprobs", 0, TextParameters.MAX_LOGPROBS);
        var parameters =
                parameters(
                        fields,
                        model,
                        logprobs.map(top -> OptionalInt.of(top.intValue()))
                                .orElse(OptionalInt.empty()));
        fields.refuseOthers();
        return parameters;
    }

    /**
     * @param logprobs how many alternatives to report with each token; empty to report nothing
     */
    public static TextParameters parameters(
            Fields fields, Served.TextModel model, OptionalInt logprobs) {
        return new TextParameters(
                maxTokens(fields, model),
                fields.number("temperature", 0, 2).orElse(model.defaultTemperature()),
                topP(fields),
                fields.whole("top_k", 0, Integer.MAX_VALUE).orElse(0L).intValue(),
                fields.whole("seed", Long.MIN_VALUE, Long.MAX_VALUE)
                        .orElseGet(() -> ThreadLocalRandom.current().nextLong(SEEDS)),
                stop(fields),
                logprobs.orElse(TextParameters.NO_LOGPROBS),
                attention(fields, model));
    }

    /**
     * The model's own is named in the job, too: a worker that takes it over may have been started
     * with another.
     */
    private static Attention attention(Fields fields, Served.TextModel model) {
        var asked = fields.text(ATTENTION).orElse(Attention.AUTO.word());
        var attention = Attention.of(asked).orElseThrow(() -> unknown(fields, asked));
        if (attention == Attention.AUTO) {
            return model.attentions().getFirst();
        }
        if (!model.attentions().contains(attention)) {
            throw fields.refusal(
                    ATTENTION,
                    "must be auto or what %s offers: %s, was '%s'"
                            .formatted(model.model(), words(model.attentions()), asked));
        }
        return attention;
    }

    private static Refusal unknown(Fields fields, String asked) {
        return fields.refusal(
                ATTENTION,
                "must be one of "
                        + words(List.of(Attention.values()))
                        + ", was '"
                        + Fields.shown(asked)
                        + "'");
    }

    private static String words(List<Attention> attentions) {
        return attentions.stream().map(Attention::word).collect(Collectors.joining(", "));
    }

    /** {@code max_completion_tokens} is the newer word for {@code max_tokens}. */
    private static int maxTokens(Fields fields, Served.TextModel model) {
        var one = fields.whole("max_tokens", 1, model.contextTokens());
        var other = fields.whole("max_completion_tokens", 1, model.contextTokens());
        if (one.isPresent() && other.isPresent() && !one.equals(other)) {
            throw fields.refusal(
                    "max_tokens",
                    "and max_completion_tokens are one and must agree, were "
                            + one.get()
                            + " and "
                            + other.get());
        }
        return one.or(() -> other).map(Long::intValue).orElse(model.defaultMaxTokens());
    }

    private static double topP(Fields fields) {
        return fields.value("top_p")
                .map(value -> {
                    double topP = value.isNumber() ? value.doubleValue() : Double.NaN;
                    if (!(topP > 0 && topP <= 1)) {
                        throw fields.wrong("top_p", "must be a number above 0, to 1", value);
                    }
                    return topP;
                })
                .orElse(1.0);
    }

    private static List<String> stop(Fields fields) {
        var stop = fields.texts("stop").orElse(List.of());
        if (stop.size() > TextParameters.MAX_STOPS) {
            throw fields.refusal(
                    "stop",
                    "must hold at most "
                            + TextParameters.MAX_STOPS
                            + " strings, held "
                            + stop.size());
        }
        for (var text : stop) {
            if (text.isEmpty() || text.length() > TextParameters.MAX_STOP_LENGTH) {
                throw fields.refusal(
                        "stop",
                        "must hold strings of 1.."
                                + TextParameters.MAX_STOP_LENGTH
                                + " characters, held one of "
                                + text.length());
            }
        }
        return stop;
    }
}
