package dev.millrace.gateway.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

final class BrokerClockTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    @ParameterizedTest
    @ValueSource(longs = {-600, 0, 600})
    void the_time_is_the_brokers_wherever_this_machines_clock_stands(long skewSeconds) {
        var nanos = new AtomicLong(Duration.ofSeconds(skewSeconds).toNanos());
        var clock = new BrokerClock(nanos::get);

        clock.acknowledged(NOON);
        nanos.addAndGet(Duration.ofSeconds(3).toNanos());

        assertThat(clock.now()).contains(NOON.plusSeconds(3));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 9_000})
    void it_is_never_ahead_of_the_broker_however_long_an_acknowledgement_takes(long millis) {
        var nanos = new AtomicLong();
        var clock = new BrokerClock(nanos::get);
        var brokersTime = NOON;

        nanos.addAndGet(Duration.ofMillis(millis).toNanos()); // stamped, and on its way to us
        brokersTime = brokersTime.plusMillis(millis);
        clock.acknowledged(NOON);

        assertThat(clock.now().orElseThrow()).isBetween(NOON, brokersTime);
    }

    @ParameterizedTest
    @ValueSource(longs = {-600, 600})
    void before_the_first_acknowledgement_nothing_is_known(long skewSeconds) {
        var clock = new BrokerClock(() -> Duration.ofSeconds(skewSeconds).toNanos());

        assertThat(clock.now()).isEmpty();
        assertThat(clock.silence()).isEmpty();
    }
}
