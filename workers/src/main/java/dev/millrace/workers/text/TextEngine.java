package dev.millrace.workers.text;

import dev.millrace.protocol.Attention;
import dev.millrace.protocol.Body;
import dev.millrace.protocol.ErrorCode;
import dev.millrace.protocol.Job;
import dev.millrace.protocol.Task;
import dev.millrace.protocol.TextParameters;
import dev.millrace.workers.run.Engine;
import dev.millrace.workers.run.EngineSettings;
import dev.millrace.workers.run.Failures;
import dev.millrace.workers.run.History;
import dev.millrace.workers.run.Measure;
import dev.millrace.workers.run.Outcome;
import dev.millrace.workers.run.PromisedWork;
import dev.millrace.workers.run.Telling;
import dev.millrace.workers.run.Work;
import dev.millrace.workers.tensor.Torch;
import dev.millrace.workers.text.kernels.DecoderKernels;
import dev.millrace.workers.text.kv.KvLimits;
import dev.millrace.workers.text.kv.KvStore;
import dev.millrace.workers.text.kv.PrefixCache;
import dev.millrace.workers.text.tokens.StopMatcher;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** Runs one model for many jobs at a time, one round after another on a thread of its own. */
public final class TextEngine implements Engine {
    private static final Duration LAST_ROUND = Duration.ofSeconds(10);

    private final TextModel model;
    private final Prompts prompts;
    private final Attentions attentions;
    private final DecoderKernels kernels;
    private final KvStore store;
    private final PrefixCache prefixes;
    private final Batch batch;
    private final Duration pace;
    private final BlockingQueue<Sequence> joining;
    private final Thread thread;

    /**
     * Held by those who read prompts: the tokenizer's memory is native and goes with the engine.
     */
    private final ReadWriteLock open = new ReentrantReadWriteLock();

    private volatile boolean closed;
    private final AtomicLong rounds = new AtomicLong();

    /** Takes the model and the kernels over and closes them with itself. */
    TextEngine(
            TextModel model,
            Attentions attentions,
            DecoderKernels kernels,
            KvLimits memory,
            EngineSettings settings) {
        this.model = model;
        this.attentions = attentions;
        this.prompts = new Prompts(model);
        this.kernels = kernels;
        this.store = kernels.newKvStore(memory.bytes());
        this.prefixes = new PrefixCache(store, memory.prefixBytes());
        this.batch = new Batch(kernels, store, prefixes, model.vocabulary());
        this.pace = settings.pace();
        this.joining = new ArrayBlockingQueue<>(2 * settings.slots());
        this.thread = Thread.ofPlatform().name("text-engine").start(this::run);
    }

    private void run() {
        Torch.prepareThread();
        try {
            while (!closed) {
                letIn();
                long began = System.nanoTime();
                batch.round();
                rounds.incrementAndGet();
                LockSupport.parkNanos(pace.toNanos() - (System.nanoTime() - began));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        joining.forEach(batch::add);
        batch.stop();
    }

    private void letIn() throws InterruptedException {
        if (batch.isEmpty()) {
            batch.add(joining.take());
        }
        for (var next = joining.poll(); next != null; next = joining.poll()) {
            batch.add(next);
        }
    }

    @Override
    public Work start(Job job, History history, Telling telling) {
        var work = new PromisedWork(rounds::get);
        open.readLock().lock();
        try {
            if (closed) {
                work.finish(new Outcome.Stopped());
                return work;
            }
            switch (job.task()) {
                case Task.Text text ->
                        start(new Asked(job.owner(), text), Said.of(history), telling, work);
                case Task.Picture _, Task.Segmentation _ -> work.finish(otherKind(job.task()));
            }
        } catch (RuntimeException | Error e) {
            work.finish(Failures.of(e));
        } finally {
            open.readLock().unlock();
        }
        return work;
    }

    /** A job as far as an engine cares: whose it is, and what is asked. */
    private record Asked(String owner, Task.Text task) {
        TextParameters parameters() {
            return task.parameters();
        }
    }

    private static Outcome otherKind(Task task) {
        var message = "this worker continues texts, the job asks for " + task.kind();
        return new Outcome.Answered(new Body.Failed(ErrorCode.INVALID_REQUEST, message, 0));
    }

    private void start(Asked asked, Said said, Telling telling, PromisedWork work) {
        if (!attentions.offers(asked.parameters().attention())) {
            work.finish(new Outcome.Answered(notOffered(asked.parameters().attention())));
            return;
        }
        switch (prompts.read(asked.task().prompt())) {
            case Prompts.Read.Refused(var end) -> work.finish(new Outcome.Answered(end));
            case Prompts.Read.Prompt prompt -> start(prompt, asked, said, telling, work);
        }
    }

    private Body.Failed notOffered(Attention asked) {
        return new Body.Failed(
                ErrorCode.INVALID_REQUEST,
                "this worker offers the attentions "
                        + attentions.words()
                        + ", the job asks for "
                        + asked.word(),
                0);
    }

    private void start(
            Prompts.Read.Prompt prompt,
            Asked asked,
            Said said,
            Telling telling,
            PromisedWork work) {
        var parameters = asked.parameters();
        int length = prompt.tokens().length;
        int room = model.contextLimit() - length;
        int most = Math.min(room, parameters.maxTokens());
        var demand =
                Demand.of(
                        asked.owner(),
                        prompt.tokens(),
                        parameters,
                        length + most,
                        attentions.look(parameters.attention()));
        var opening = Opening.of(said, () -> answer(prompt, parameters, most), model.vocabulary());
        if (opening.isRestart()) {
            telling.say(new Body.Restarted("the model is not the one that began this answer"));
        }
        long bytes = demand.bytes(store.layout());
        join(demand, new Sequence(model, demand, bytes, opening, telling, work), work);
    }

    private Answer answer(Prompts.Read.Prompt prompt, TextParameters parameters, int most) {
        var tokenizer = model.tokenizer();
        var text = prompt.continues() ? tokenizer.continuation() : tokenizer.detokenizer();
        return new Answer(text, new StopMatcher(parameters.stop()), most);
    }

    private void join(Demand demand, Sequence sequence, PromisedWork work) {
        sequence.completeIfWhole();
        if (sequence.isFinished()) {
            return;
        }
        if (!demand.canEverFit(store)) {
            work.finish(new Outcome.Answered(tooLarge(demand)));
        } else if (!joining.offer(sequence)) {
            work.finish(new Outcome.TryAgain("the engine is full"));
        } else if (closed) {
            work.finish(new Outcome.Stopped()); // the thread may not look into the queue again
        }
    }

    private Body.Failed tooLarge(Demand demand) {
        return new Body.Failed(
                ErrorCode.CONTEXT_LENGTH_EXCEEDED,
                "prompt and answer of "
                        + demand.capacity()
                        + " tokens need "
                        + demand.bytes(store.layout())
                        + " bytes of KV memory, this worker has "
                        + store.limitBytes(),
                0);
    }

    @Override
    public List<Measure> measures() {
        return List.of(
                Measure.gauge("kv.bytes", "Memory that running sequences hold", store::usedBytes),
                Measure.gauge("kv.limit.bytes", "Memory for running sequences", store::limitBytes),
                Measure.gauge(
                        "prefix.bytes",
                        "Memory that the beginnings of earlier prompts hold",
                        prefixes::bytes),
                Measure.counter(
                        "prefix.reused.tokens",
                        "Tokens of prompts that were copied instead of computed",
                        prefixes::reusedTokens),
                Measure.counter(
                        "selections", "Times that sequences selected anew", batch::selections));
    }

    /** Bytes of KV memory that running sequences hold. */
    long kvBytes() {
        return store.usedBytes();
    }

    /**
     * A thread that does not come back from libtorch keeps its memory: taking it away would crash.
     */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            if (thread.join(LAST_ROUND)) {
                free();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** After the last prompt that is being read now. */
    private void free() {
        open.writeLock().lock();
        try {
            kernels.close();
            model.close();
        } finally {
            open.writeLock().unlock();
        }
    }
}
