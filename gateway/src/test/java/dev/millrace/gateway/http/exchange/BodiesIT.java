package dev.millrace.gateway.http.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** An event loop serves many clients, so what takes long runs beside it. */
class BodiesIT {
    private static final HttpLimits LIMITS =
            new HttpLimits(1, 1, Duration.ZERO, 1, Duration.ZERO, 1, Duration.ZERO, 1);

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() {
        vertx.close();
    }

    private boolean isReadOnEventLoop(int bytes) throws Exception {
        var bodies = new Bodies(vertx, LIMITS);
        var read = Promise.<Boolean>promise();
        vertx.runOnContext(_ -> bodies.read(bytes, Context::isOnEventLoopThread).onComplete(read));
        return wait(read.future());
    }

    private static boolean wait(Future<Boolean> answer) throws Exception {
        return answer.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    @Test
    void a_large_body_is_read_beside_the_event_loop_and_a_small_one_on_it() throws Exception {
        assertThat(isReadOnEventLoop(64 * 1024)).isTrue();
        assertThat(isReadOnEventLoop(64 * 1024 + 1)).isFalse();
    }
}
