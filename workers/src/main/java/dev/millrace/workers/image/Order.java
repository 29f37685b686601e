package dev.millrace.workers.image;

import dev.millrace.protocol.Body;
import dev.millrace.protocol.FinishReason;
import dev.millrace.protocol.PictureParameters;
import dev.millrace.protocol.Png;
import dev.millrace.protocol.Usage;
import dev.millrace.workers.image.flow.Guidance;
import dev.millrace.workers.run.Outcome;
import dev.millrace.workers.run.PromisedWork;
import dev.millrace.workers.run.Telling;

import java.util.List;
import java.util.stream.IntStream;

/** One job in the engine: which pictures it still lacks, and what is said of them. */
final class Order {
    private final PictureParameters parameters;
    private final Said said;
    private final Telling telling;
    private final PromisedWork work;
    private int previews;
    private int missing;

    Order(PictureParameters parameters, Said said, Telling telling, PromisedWork work) {
        this.parameters = parameters;
        this.said = said;
        this.telling = telling;
        this.work = work;
        this.previews = said.previews();
        this.missing = missing().size();
    }

    PictureParameters parameters() {
        return parameters;
    }

    /** Pictures that the stream did not have when this worker took it over. */
    List<Integer> missing() {
        return IntStream.range(0, parameters.count())
                .filter(picture -> !said.done().contains(picture))
                .boxed()
                .toList();
    }

    /** Without a class there is nothing to push pictures towards. */
    Guidance guidance() {
        return parameters.label() == PictureParameters.ANY || parameters.guidance() == 0
                ? Guidance.NONE
                : new Guidance(parameters.guidance(), 1, true, Guidance.Target.BOTH);
    }

    /** Sweeps of a picture that the stream has seen. */
    int seen(int picture) {
        return said.sweeps(picture);
    }

    boolean isWanted() {
        return !work.isStopped() && telling.isHeard();
    }

    void preview(Painting.Progress progress, int picture, Png image) {
        telling.say(
                new Body.Preview(
                        picture,
                        previews,
                        progress.block(),
                        progress.fraction(),
                        progress.residuals(),
                        progress.sweeps(),
                        image));
        previews++;
    }

    void picture(int picture, Body.Sweeps sweeps, Png image) {
        telling.say(new Body.Picture(picture, sweeps, image));
        missing--;
    }

    /**
     * Ends it if the stream has all its pictures.
     *
     * @param tokens of a picture
     */
    void completeIfWhole(int tokens) {
        if (missing == 0) {
            var usage = new Usage(0, Math.multiplyExact(tokens, parameters.count()));
            finish(new Outcome.Answered(new Body.Completed(FinishReason.STOP, usage)));
        }
    }

    void finish(Outcome outcome) {
        work.finish(outcome);
    }

    boolean isFinished() {
        return work.isFinished();
    }
}
