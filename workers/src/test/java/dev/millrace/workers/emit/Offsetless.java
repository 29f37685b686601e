package dev.millrace.workers.emit;

import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/** A producer whose appends are acknowledged without saying where. */
final class Offsetless extends MockProducer<byte[], byte[]> {
    Offsetless() {
        super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public synchronized Future<RecordMetadata> send(
            ProducerRecord<byte[], byte[]> record, @Nullable Callback callback) {
        var place = new TopicPartition(record.topic(), 0);
        return CompletableFuture.completedFuture(new RecordMetadata(place, -1L, -1, -1L, 0, 0));
    }
}
