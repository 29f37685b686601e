package dev.millrace.protocol.kafka;

/** The cluster cannot be used as it is; the message is one line for the operator. */
public final class KafkaUnfit extends RuntimeException {
    private static final long serialVersionUID = 1L;

    KafkaUnfit(String message) {
        super(message);
    }

    KafkaUnfit(String message, Throwable cause) {
        super(message, cause);
    }
}
