package dev.millrace.app;

import dev.millrace.workers.Kinds;
import dev.millrace.workers.Worker;
import dev.millrace.workers.WorkerConfig;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.nio.file.Path;

/** A worker against a cluster. */
@Command(
        name = "worker",
        description = {
            "Serves a model to a Kafka cluster.",
            "Every setting can also be given by the environment (MILLRACE_...); options win."
        },
        mixinStandardHelpOptions = true)
final class WorkerCommand implements Runnable {
    @Mixin private KafkaOption kafka = new KafkaOption();

    @Option(names = "--model", description = "The model's directory (MILLRACE_MODEL).")
    @Nullable Path model;

    @Option(names = "--slots", description = "How many jobs at a time (MILLRACE_SLOTS).")
    @Nullable Integer slots;

    @Option(
            names = "--management-port",
            description = "Where /live, /ready and /metrics are (MILLRACE_MANAGEMENT_PORT).")
    @Nullable Integer managementPort;

    @Override
    public void run() {
        var settings =
                kafka.overrides()
                        .with(WorkerConfig.MODEL, model)
                        .with(WorkerConfig.SLOTS, slots)
                        .with(WorkerConfig.MANAGEMENT_PORT, managementPort)
                        .settings();
        var config = WorkerConfig.from(settings);
        try (var life = new Lifetime(config.grace().plusSeconds(15))) {
            life.add(Worker.start(config, Kinds.of(config.model())));
            System.out.println("ready " + config.id());
            life.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
