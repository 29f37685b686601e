package dev.millrace.contract;

import org.junit.jupiter.api.Timeout;

import java.util.concurrent.TimeUnit;

/** Everything that Millrace needs of a Kafka. A subclass brings one and says where it listens. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
abstract class BrokerContract implements ClaimContract, DeadLetterContract, LogContract {}
