package dev.millrace.bench.arms;

import dev.millrace.bench.arms.llamacpp.LlamaCppArm;

import java.io.IOException;
import java.util.Locale;

/** Who is compared. */
public enum Peer {
    OURS,
    LLAMACPP,
    JLAMA,
    EAGER;

    /** As results are filed under it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Loads it; what is returned is to be closed.
     *
     * @throws Refusal if it cannot do that job
     */
    public Arm open(Job job) throws Refusal, IOException {
        return switch (this) {
            case OURS -> OursArm.open(job);
            case LLAMACPP -> LlamaCppArm.open(job);
            case JLAMA -> JlamaArm.open(job);
            case EAGER -> EagerArm.open(job);
        };
    }
}
