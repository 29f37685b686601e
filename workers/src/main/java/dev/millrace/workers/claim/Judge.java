package dev.millrace.workers.claim;

import dev.millrace.protocol.Fence;
import dev.millrace.protocol.kafka.Records;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Follows a stream's records to see whether it ends. */
final class Judge {
    private Fence fence;

    Judge(Fence fence) {
        this.fence = fence;
    }

    /** Takes the stream's next record; false once it has ended. */
    boolean take(ConsumerRecord<byte[], byte[]> record) {
        Records.mark(record)
                .ifPresent(mark -> {
                    if (fence.judge(mark) instanceof Fence.Admitted(var after)) {
                        fence = after;
                    }
                });
        return !fence.hasEnded();
    }

    Fence fence() {
        return fence;
    }
}
