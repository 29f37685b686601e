package dev.millrace.workers.run;

import dev.millrace.protocol.Job;
import dev.millrace.protocol.Topics;

import java.time.Duration;

/**
 * A job held under its acquisition lock. Belongs to the slot's thread. Exactly one of {@link
 * #accept}, {@link #release} and letting the lock run out ends it.
 */
public interface Claim {
    Job job();

    /** How often the job has been handed out, this time included; a broker's failover resets it. */
    int deliveryCount();

    /** Whether the broker buries the job if this claim does not end it. */
    default boolean isLastDelivery() {
        return deliveryCount() >= Topics.DELIVERY_LIMIT;
    }

    /**
     * Takes the job's stream over: appends a claim with this attempt and reads the stream back up
     * to it.
     */
    Standing takeOver(int attempt);

    /** Until the lock should be renewed; zero or less when that is due. */
    Duration untilRenewal();

    /** Starts the lock anew. Any answer but success, none included, is false. */
    boolean renew();

    /** The job is done: its stream has been seen to end. */
    void accept();

    /** Somebody else may have the job at once. Counts as a delivery. */
    void release();
}
