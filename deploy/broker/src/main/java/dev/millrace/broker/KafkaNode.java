package dev.millrace.broker;

import kafka.server.BrokerServer;
import kafka.server.ControllerServer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.server.SharedServer;
import kafka.server.StandardFaultHandlerFactory;

import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.raft.QuorumConfig;
import org.apache.kafka.server.ServerSocketFactory;
import org.slf4j.LoggerFactory;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * One running Kafka node, wired as {@link KafkaRaftServer} wires it, but on sockets that are
 * already bound (the original opens its own).
 */
final class KafkaNode implements AutoCloseable {
    private final Metrics metrics = new Metrics(Time.SYSTEM);
    private final ControllerServer controller;
    private final BrokerServer broker;

    private KafkaNode(Map<String, String> settings, ServerSocketFactory sockets) {
        var config = new KafkaConfig(settings, false);
        var log = LoggerFactory.getLogger(KafkaRaftServer.class);
        var directories = KafkaRaftServer.initializeLogDirs(config, log, "");
        var shared =
                new SharedServer(
                        config,
                        directories._1(),
                        Time.SYSTEM,
                        metrics,
                        CompletableFuture.completedFuture(
                                QuorumConfig.parseVoterConnections(config.quorumConfig().voters())),
                        List.of(),
                        new StandardFaultHandlerFactory(),
                        sockets);
        broker = new BrokerServer(shared);
        controller = new ControllerServer(shared, KafkaRaftServer.configSchema(), directories._2());
    }

    /**
     * Returns when the node serves clients. If it cannot, everything it had started is stopped
     * again.
     */
    static KafkaNode start(Map<String, String> settings, ServerSocketFactory sockets) {
        var node = new KafkaNode(settings, sockets);
        try {
            node.controller.startup();
            node.broker.startup();
            return node;
        } catch (RuntimeException | Error e) {
            node.close();
            throw e;
        }
    }

    @Override
    public void close() {
        broker.shutdown();
        controller.shutdown();
        broker.awaitShutdown();
        controller.awaitShutdown();
        metrics.close();
    }
}
