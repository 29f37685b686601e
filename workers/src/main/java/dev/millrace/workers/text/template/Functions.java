package dev.millrace.workers.text.template;

import dev.millrace.workers.text.template.Builtin.Arguments;

import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** What Hugging Face lets a template call. */
final class Functions {
    private static final long LONGEST_RANGE = 100_000;

    static final Map<String, Builtin> ALL =
            Builtin.table(
                    Stream.of(
                            Builtin.required(
                                    "raise_exception", List.of("message"), Functions::raise),
                            Builtin.required("strftime_now", List.of("format"), Functions::time),
                            new Builtin(
                                    "range",
                                    List.of("start", "stop", "step"),
                                    1,
                                    Functions::range)));

    private Functions() {}

    private static Value raise(Value subject, Arguments arguments) {
        throw new RenderException(arguments.shown(arguments.value("message")));
    }

    private static Value time(Value subject, Arguments arguments) {
        return arguments.built(Strftime.format(arguments.text("format"), arguments.run().now()));
    }

    private static Value range(Value subject, Arguments arguments) {
        long first = Operator.integer(arguments.value("start"));
        long start = arguments.has("stop") ? first : 0;
        long stop = arguments.integer("stop", first);
        long step = arguments.integer("step", 1);
        if (step == 0) {
            throw new RenderException("range's step must not be 0");
        }
        long count = Math.max(0, Math.ceilDiv(Math.subtractExact(stop, start), step));
        if (count > LONGEST_RANGE) {
            throw new RenderException("a range must have at most " + LONGEST_RANGE + " numbers");
        }
        return arguments.built(
                LongStream.range(0, count).mapToObj(i -> Value.of(start + i * step)).toList());
    }
}
