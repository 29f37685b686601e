package dev.millrace.workers.run;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What a worker has done so far; counted here, published by whoever serves metrics. */
public final class Tally {
    /** Jobs accepted after their stream was seen to end. */
    public final LongAdder accepted = new LongAdder();

    /** Jobs given back so that others have them at once. */
    public final LongAdder released = new LongAdder();

    /** Jobs whose lock could not be renewed. */
    public final LongAdder lost = new LongAdder();

    /** Job records that could not be read. */
    public final LongAdder rejected = new LongAdder();

    /** Jobs that were handed out before. */
    public final LongAdder redeliveries = new LongAdder();

    /** Renewals that were not answered with success. */
    public final LongAdder renewMisses = new LongAdder();

    /** Claims and ends that turned out void, or were never seen in the log. */
    public final LongAdder voidClaims = new LongAdder();

    /** Appends that failed for good. */
    public final LongAdder failedSends = new LongAdder();

    /** Content events handed to the producer. */
    public final LongAdder said = new LongAdder();

    /** Jobs let go because the engine made no step. */
    public final LongAdder hangs = new LongAdder();

    /** Slots that hold a job now. */
    public final AtomicInteger busy = new AtomicInteger();

    /** Slots that wait for an engine which makes no step. */
    public final AtomicInteger stuck = new AtomicInteger();
}
