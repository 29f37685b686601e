package dev.millrace.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.protocol.Attention;
import dev.millrace.protocol.Body;
import dev.millrace.protocol.Event;
import dev.millrace.protocol.FinishReason;
import dev.millrace.protocol.Job;
import dev.millrace.protocol.Mark;
import dev.millrace.protocol.ModelId;
import dev.millrace.protocol.PictureParameters;
import dev.millrace.protocol.Place;
import dev.millrace.protocol.Png;
import dev.millrace.protocol.SegmentationParameters;
import dev.millrace.protocol.Served;
import dev.millrace.protocol.Task;
import dev.millrace.protocol.TextParameters;
import dev.millrace.protocol.TokenLogprob;
import dev.millrace.protocol.Topics;
import dev.millrace.protocol.Usage;
import dev.millrace.protocol.codec.JobCodec;
import dev.millrace.protocol.kafka.ClientSettings;
import dev.millrace.protocol.kafka.Records;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;

import java.time.Duration;
import java.util.List;

/** Serves a model without having one: answers with numbered words, or with numbered pictures. */
public final class AnsweringWorker implements AutoCloseable {
    private static final String SOURCE = "/workers/answering";
    private static final Body.Sweeps SWEEPS = new Body.Sweeps(List.of(7), List.of());

    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> queue;
    private final Thread thread;

    public AnsweringWorker(ClientSettings settings, Served.Model model) {
        this.producer = new KafkaProducer<>(settings.producer(Duration.ofSeconds(5)));
        this.queue = new KafkaConsumer<>(settings.reader());
        var partition = List.of(new TopicPartition(Topics.jobs(model.model()), 0));
        queue.assign(partition);
        queue.seekToBeginning(partition);
        register(model);
        this.thread = Thread.ofPlatform().name("answering").start(this::serve);
    }

    private void register(Served.Model model) {
        var worker = new Served.Worker(model.model(), "answering", 1, 0, Duration.ofMinutes(1));
        var _ = producer.send(Records.served(model, SOURCE));
        var _ = producer.send(Records.served(worker, SOURCE));
        producer.flush();
    }

    private void serve() {
        try {
            while (true) {
                queue.poll(Duration.ofMinutes(1)).forEach(this::answer);
            }
        } catch (WakeupException _) {
            queue.close();
        }
    }

    private void answer(ConsumerRecord<byte[], byte[]> record) {
        if (Records.type(record.headers()).equals(JobCodec.TYPE)) {
            answer(
                    JobCodec.decode(
                            Records.owner(record.headers()),
                            Records.traceparent(record.headers()),
                            record.value()));
        }
    }

    private void answer(Job job) {
        say(job, Mark.NO_SEQUENCE, new Body.Claimed("answering"));
        switch (job.task()) {
            case Task.Text(_, var parameters) -> words(job, parameters);
            case Task.Picture(var parameters) -> pictures(job, parameters);
            case Task.Segmentation(_, var parameters) -> masks(job, parameters);
        }
        producer.flush();
    }

    private void words(Job job, TextParameters parameters) {
        for (int i = 1; i <= parameters.maxTokens(); i++) {
            say(job, i, delta(i, parameters.logprobs()));
        }
        say(
                job,
                parameters.maxTokens() + 1,
                new Body.Completed(FinishReason.LENGTH, usage(parameters)));
    }

    /** Nine previews of each, and the picture. */
    private void pictures(Job job, PictureParameters parameters) {
        int sequence = 0;
        int index = 0;
        for (int picture = 0; picture < parameters.count(); picture++) {
            for (int tenth = 1; tenth < 10; tenth++) {
                say(
                        job,
                        ++sequence,
                        new Body.Preview(
                                picture,
                                index++,
                                0,
                                tenth / 10.0,
                                List.of(0.5),
                                SWEEPS,
                                png(picture, tenth)));
            }
            say(job, ++sequence, new Body.Picture(picture, SWEEPS, png(picture, 10)));
        }
        say(
                job,
                ++sequence,
                new Body.Completed(FinishReason.STOP, new Usage(0, 256 * parameters.count())));
    }

    /** As many as may be, each one pixel. */
    private void masks(Job job, SegmentationParameters parameters) {
        for (int i = 0; i < parameters.most(); i++) {
            say(
                    job,
                    i + 1,
                    new Body.Mask(
                            i,
                            parameters.classes().getFirst(),
                            Body.Mask.FOUND,
                            1.0 / (i + 1),
                            new Body.Box(i, 0, 1, 1),
                            1,
                            new Body.Outline.Runs(1, parameters.most(), word(i))));
        }
        var took = new Usage.Segmented(1, parameters.most(), parameters.most(), 1, 2);
        say(job, parameters.most() + 1, new Body.Completed(FinishReason.STOP, new Usage(took)));
    }

    /** Says which picture it is and how far; nothing reads it as a picture. */
    public static Png png(int picture, int tenth) {
        return new Png(("picture " + picture + ", " + tenth + "/10").getBytes(UTF_8));
    }

    private static Usage usage(TextParameters parameters) {
        return new Usage(3, parameters.maxTokens(), 0.5, 1, 4096, 2);
    }

    /** The third begins a chunk. */
    private static Body.Delta delta(int number, int logprobs) {
        var text = word(number);
        return new Body.Delta(
                text,
                List.of(number),
                logprobs < 0
                        ? List.of()
                        : List.of(new TokenLogprob(text, List.of(32), -0.5, List.of())),
                number == 3);
    }

    public static String word(int number) {
        return " w" + number;
    }

    private void say(Job job, int sequence, Body body) {
        var event = new Event(new Place(job.id().key(), 1, sequence), body);
        var _ = producer.send(Records.event(job.id().partition(), event, SOURCE, ""));
    }

    public static Served.TextModel model(ModelId id) {
        return new Served.TextModel(
                id,
                List.of(id.name()),
                2048,
                20_000,
                16,
                0.8,
                Duration.ofMinutes(5),
                List.of(Attention.SOFTMAX, Attention.CHUNK));
    }

    public static Served.PictureModel pictureModel(ModelId id) {
        return new Served.PictureModel(
                id,
                List.of(id.name()),
                32,
                256,
                List.of("disc", "ring"),
                4,
                0,
                1,
                Duration.ofMinutes(5));
    }

    @Override
    public void close() {
        queue.wakeup();
        try {
            thread.join(Duration.ofSeconds(10));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        producer.close(Duration.ofSeconds(2));
    }
}
