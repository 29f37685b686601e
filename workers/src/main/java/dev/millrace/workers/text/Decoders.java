package dev.millrace.workers.text;

import dev.millrace.workers.text.model.Architecture;
import dev.millrace.workers.text.model.hybrid.HybridLlama;
import dev.millrace.workers.text.model.llama.Llama;
import dev.millrace.workers.text.model.qwen2.Qwen2;
import dev.millrace.workers.text.model.qwen3.Qwen3;

import java.util.List;

/**
 * The one list of decoder architectures: a new one is a folder beside the others and a line here.
 */
public final class Decoders {
    public static final List<Architecture> ALL =
            List.of(new Llama(), new Qwen2(), new Qwen3(), new HybridLlama());

    private Decoders() {}
}
