package io.seckill.bench.load;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.seckill.settings.StartFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Connections to one server, each a socket of its own. Answers come on the threads that read the sockets. */
public final class Connections implements AutoCloseable {
    private static final long CONNECT_TIMEOUT_SECONDS = 60;
    private static final long CLOSE_TIMEOUT_SECONDS = 5;
    private static final int MAX_RESPONSE_BYTES = 64 * 1024;
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private final List<ManagedChannel> channels = new ArrayList<>();

    private Connections(Address server, int count) {
        for (int i = 0; i < count; i++) {
            channels.add(channel(server));
        }
    }

    private static ManagedChannel channel(Address server) {
        NettyChannelBuilder channel = NettyChannelBuilder.forTarget(server.hostAndPort())
                .usePlaintext()
                .directExecutor()
                .disableRetry() // every failure is ours to see and to count
                .maxInboundMessageSize(MAX_RESPONSE_BYTES);
        server.token().ifPresent(token -> {
            Metadata headers = new Metadata();
            headers.put(AUTHORIZATION, "Bearer " + token);
            channel.intercept(MetadataUtils.newAttachHeadersInterceptor(headers));
        });
        return channel.build();
    }

    /**
     * Connects, and returns when all connections stand.
     *
     * @throws StartFailure if they do not in time
     * @throws InterruptedException if the thread is
     */
    public static Connections open(Address server, int count) throws InterruptedException {
        Connections connections = new Connections(server, count);
        CountDownLatch ready = new CountDownLatch(count);
        connections.channels.forEach(channel -> countWhenReady(channel, ready));
        if (!ready.await(CONNECT_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
            connections.close();
            throw new StartFailure(
                    ready.getCount() + " of " + count + " connections to " + server + " do not stand in time");
        }
        return connections;
    }

    private static void countWhenReady(ManagedChannel channel, CountDownLatch ready) {
        ConnectivityState state = channel.getState(true);
        if (state == ConnectivityState.READY) {
            ready.countDown();
        } else {
            channel.notifyWhenStateChanged(state, () -> countWhenReady(channel, ready));
        }
    }

    int count() {
        return channels.size();
    }

    /** One of them, in turn. */
    ManagedChannel get(int number) {
        return channels.get(number % channels.size());
    }

    /** Ends them; requests under way fail. Safe to call twice. */
    @Override
    public void close() {
        channels.forEach(ManagedChannel::shutdownNow);
        try {
            for (ManagedChannel channel : channels) {
                channel.awaitTermination(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
