package dev.millrace.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.broker.EmbeddedBroker;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import java.time.Duration;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class EmbeddedBrokerContractIT extends BrokerContract {
    private final EmbeddedBroker broker = EmbeddedBroker.ephemeral();

    @AfterAll
    void stop() {
        broker.close();
    }

    @Override
    public String bootstrap() {
        return broker.bootstrap();
    }

    @Test
    void a_delivery_count_is_given_twice_if_the_broker_restarts_while_a_job_is_held()
            throws Exception {
        try (var queue = new Queue(bootstrap(), Duration.ofSeconds(30))) {
            queue.send("job");
            var holder = queue.slot().claim();

            broker.restart();

            var again = queue.slot().claim();
            assertThat(again.offset()).isEqualTo(holder.offset());
            assertThat(again.deliveryCount()).isEqualTo(holder.deliveryCount()).contains((short) 1);
        }
    }
}
