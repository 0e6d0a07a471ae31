package io.seckill.cli.local;

import io.seckill.migrations.PostgresSettings;
import io.seckill.server.SeckillServer;
import io.seckill.server.ServerSettings;
import io.seckill.server.selling.BatchSettings;
import io.seckill.stock.RedisSettings;
import io.seckill.worker.StreamWorker;
import io.seckill.worker.WorkerSettings;
import java.time.Clock;
import java.util.function.UnaryOperator;

/** Servers and workers inside this process, on the same stores. */
public record LocalParts(RedisSettings redis, PostgresSettings postgres, Clock clock) {
    /**
     * Starts a server on the loopback interface.
     *
     * @param port 0 for any free one
     */
    public SeckillServer startServer(int port) {
        return startServer(port, UnaryOperator.identity());
    }

    /** Starts a server with other settings than the default ones. */
    public SeckillServer startServer(int port, UnaryOperator<ServerSettings> changes) {
        ServerSettings settings =
                new ServerSettings(ServerSettings.Grpc.local(port), BatchSettings.defaults(), redis, postgres);
        return SeckillServer.start(changes.apply(settings), clock);
    }

    public StreamWorker startWorker() {
        return startWorker(UnaryOperator.identity());
    }

    /** Starts a worker with other settings than the default ones. */
    public StreamWorker startWorker(UnaryOperator<WorkerSettings> changes) {
        return StreamWorker.start(changes.apply(WorkerSettings.of(redis, postgres)), clock);
    }
}
