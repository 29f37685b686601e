package dev.millrace.app;

import dev.millrace.protocol.kafka.ClientSettings;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

/** Where the cluster is. */
final class KafkaOption {
    @Option(names = "--bootstrap", description = "Kafka's addresses (MILLRACE_BOOTSTRAP).")
    private @Nullable String bootstrap;

    /** The environment with this over it. */
    Overrides overrides() {
        return new Overrides().with(ClientSettings.BOOTSTRAP, bootstrap);
    }
}
