package dev.millrace.workers.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.workers.text.kernels.Activations;
import dev.millrace.workers.text.kernels.DecoderKernels;
import dev.millrace.workers.text.kernels.Logits;
import dev.millrace.workers.text.kv.KvCache;
import dev.millrace.workers.text.kv.KvStore;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Kernels that keep a list of calls, can be held in the first decode, and can fail. */
final class Watched implements DecoderKernels {
    private final DecoderKernels kernels;
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final CountDownLatch decoding = new CountDownLatch(1);
    private volatile CountDownLatch held = new CountDownLatch(0);
    private volatile int failsAtBatchOf;

    Watched(DecoderKernels kernels) {
        this.kernels = kernels;
    }

    void holdFirstDecode() {
        held = new CountDownLatch(1);
    }

    void awaitFirstDecode() throws InterruptedException {
        assertThat(decoding.await(30, TimeUnit.SECONDS)).isTrue();
    }

    List<String> calls() {
        return List.copyOf(calls);
    }

    /** Blocks of prompts that were computed so far. */
    long prefills() {
        return calls.stream().filter(call -> call.startsWith("prefill")).count();
    }

    void failAtBatchOf(int sequences) {
        failsAtBatchOf = sequences;
    }

    void release() {
        held.countDown();
    }

    @Override
    public void decode(List<Step> batch, Logits logits) {
        calls.add("decode " + batch.size());
        decoding.countDown();
        try {
            held.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        if (batch.size() == failsAtBatchOf) {
            throw new IllegalStateException("made to fail");
        }
        kernels.decode(batch, logits);
    }

    @Override
    public void prefill(KvCache sequence, int[] tokens, Logits logits) {
        calls.add("prefill " + tokens.length);
        kernels.prefill(sequence, tokens, logits);
    }

    @Override
    public KvStore newKvStore(long limitBytes) {
        return kernels.newKvStore(limitBytes);
    }

    @Override
    public Activations trace(KvCache sequence, int[] tokens) {
        return kernels.trace(sequence, tokens);
    }

    @Override
    public void close() {
        kernels.close();
    }
}
