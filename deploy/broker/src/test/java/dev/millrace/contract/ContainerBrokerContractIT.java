package dev.millrace.contract;

import dev.millrace.protocol.kafka.ClientSettings;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FeatureUpdate;
import org.apache.kafka.clients.admin.UpdateFeaturesOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/**
 * The contract on a broker of its own process and image, with the settings of docker-compose.yml.
 * The image is that file's too, unless {@code -Dmillrace.kafka.image} or MILLRACE_KAFKA_IMAGE names
 * another.
 */
@ExtendWith(ContainerEngine.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ContainerBrokerContractIT extends BrokerContract {
    private final KafkaContainer kafka;

    ContainerBrokerContractIT() throws IOException {
        var compose = Compose.read();
        kafka =
                new KafkaContainer(image(compose))
                        .withEnv(compose.kafkaSettings())
                        // the contract's locks are shorter than any worker's
                        .withEnv("KAFKA_GROUP_SHARE_MIN_RECORD_LOCK_DURATION_MS", "1000");
    }

    @BeforeAll
    void start() throws Exception {
        kafka.start();
        upgradeFeatures();
        upgradeFeatures(); // as whenever the installation is started again
    }

    @AfterAll
    void stop() {
        kafka.stop();
    }

    @Override
    public String bootstrap() {
        return kafka.getBootstrapServers();
    }

    private static DockerImageName image(Compose compose) {
        var name =
                Optional.ofNullable(System.getProperty("millrace.kafka.image"))
                        .or(() -> Optional.ofNullable(System.getenv("MILLRACE_KAFKA_IMAGE")))
                        .orElse(compose.kafkaImage());
        return DockerImageName.parse(name).asCompatibleSubstituteFor("apache/kafka");
    }

    /** What the service kafka-features does with Kafka's own tool. */
    private void upgradeFeatures() throws Exception {
        var upgrade = new FeatureUpdate((short) 2, FeatureUpdate.UpgradeType.UPGRADE);
        try (var admin = Admin.create(ClientSettings.of(bootstrap()).admin())) {
            admin.updateFeatures(Map.of("share.version", upgrade), new UpdateFeaturesOptions())
                    .all()
                    .get();
        }
    }
}
