package io.seckill.cli.client;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.seckill.v1.ActivityServiceGrpc;
import io.seckill.v1.ActivityServiceGrpc.ActivityServiceBlockingStub;
import io.seckill.v1.OperationsServiceGrpc;
import io.seckill.v1.OperationsServiceGrpc.OperationsServiceBlockingStub;
import io.seckill.v1.SeckillServiceGrpc;
import io.seckill.v1.SeckillServiceGrpc.SeckillServiceBlockingStub;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/** A connection to one server whose failures are sentences. */
public final class ServerConnection implements AutoCloseable {
    private static final long CLOSE_TIMEOUT_SECONDS = 2;

    private final String server;
    private final Duration deadline;
    private final ManagedChannel channel;

    /** One to a server that asks nobody who he is. */
    public ServerConnection(String server, Duration deadline) {
        this(server, deadline, CallerCredentials.NONE);
    }

    /** One to a server that is told who calls. */
    public ServerConnection(String server, Duration deadline, CallerCredentials credentials) {
        this.server = server;
        this.deadline = deadline;
        this.channel = credentials.channel(server);
    }

    /**
     * Calls the service of operators.
     *
     * @throws io.seckill.settings.StartFailure that says what went wrong
     */
    public <T> T activities(Function<ActivityServiceBlockingStub, T> call) {
        try {
            return call.apply(ActivityServiceGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS));
        } catch (StatusRuntimeException e) {
            throw CallFailures.sentence(e, server, deadline);
        }
    }

    /**
     * Calls the service of buyers.
     *
     * @throws io.seckill.settings.StartFailure that says what went wrong
     */
    public <T> T seckill(Function<SeckillServiceBlockingStub, T> call) {
        try {
            return call.apply(SeckillServiceGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS));
        } catch (StatusRuntimeException e) {
            throw CallFailures.sentence(e, server, deadline);
        }
    }

    /**
     * Calls the service that looks after streams.
     *
     * @throws io.seckill.settings.StartFailure that says what went wrong
     */
    public <T> T operations(Function<OperationsServiceBlockingStub, T> call) {
        try {
            return call.apply(OperationsServiceGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS));
        } catch (StatusRuntimeException e) {
            throw CallFailures.sentence(e, server, deadline);
        }
    }

    /**
     * Calls a method of the service of buyers that goes on answering, for as long as it does: no deadline ends it.
     *
     * @throws io.seckill.settings.StartFailure that says what went wrong
     */
    public <T> void follow(Function<SeckillServiceBlockingStub, Iterator<T>> call, Consumer<T> each) {
        try {
            call.apply(SeckillServiceGrpc.newBlockingStub(channel)).forEachRemaining(each);
        } catch (StatusRuntimeException e) {
            throw CallFailures.sentence(e, server, deadline);
        }
    }

    @Override
    public void close() {
        channel.shutdownNow();
        try {
            channel.awaitTermination(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
