package dev.millrace.gateway.submit;

import dev.millrace.gateway.refusal.Reason;
import dev.millrace.gateway.refusal.Refusal;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;

import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Takes waiting off the event loops: each task has a virtual thread to itself and answers on the
 * context that asked.
 */
final class Offload {
    private final Vertx vertx;
    private final int maxTasks;
    private final Semaphore room;

    Offload(Vertx vertx, int maxTasks) {
        this.vertx = vertx;
        this.maxTasks = maxTasks;
        this.room = new Semaphore(maxTasks);
    }

    /** Fails with TOO_MANY if as many tasks as may are under way. */
    <T> Future<T> run(String name, Supplier<T> task) {
        if (!room.tryAcquire()) {
            return Future.failedFuture(
                    Refusal.of(
                            Reason.TOO_MANY,
                            "at most "
                                    + maxTasks
                                    + " submissions and cancellations may be under way"));
        }
        var context = vertx.getOrCreateContext();
        var promise = Promise.<T>promise();
        Thread.ofVirtual()
                .name(name)
                .start(() -> {
                    var answer = answer(task);
                    room.release();
                    context.runOnContext(_ -> answer.onComplete(promise));
                });
        return promise.future();
    }

    private static <T> Future<T> answer(Supplier<T> task) {
        try {
            return Future.succeededFuture(task.get());
        } catch (RuntimeException | Error e) {
            return Future.failedFuture(e);
        }
    }
}
