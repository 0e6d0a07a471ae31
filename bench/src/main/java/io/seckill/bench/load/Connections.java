package io.seckill.bench.load;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Connections to one server, each a socket of its own. Answers come on the threads that read the sockets. */
public final class Connections implements AutoCloseable {
    private static final long CLOSE_TIMEOUT_SECONDS = 5;
    private static final int MAX_RESPONSE_BYTES = 64 * 1024;

    private final List<ManagedChannel> channels = new ArrayList<>();

    /**
     * Connects when first used.
     *
     * @param port on the loopback interface
     */
    public Connections(int port, int count) {
        for (int i = 0; i < count; i++) {
            channels.add(NettyChannelBuilder.forAddress("127.0.0.1", port)
                    .usePlaintext()
                    .directExecutor()
                    .disableRetry() // every failure is ours to see and to count
                    .maxInboundMessageSize(MAX_RESPONSE_BYTES)
                    .build());
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
