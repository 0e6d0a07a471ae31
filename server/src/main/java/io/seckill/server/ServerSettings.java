package io.seckill.server;

import io.seckill.migrations.PostgresSettings;
import io.seckill.observing.AdminSettings;
import io.seckill.observing.tracing.TracingSettings;
import io.seckill.server.access.AccessSettings;
import io.seckill.server.console.ConsoleSettings;
import io.seckill.server.limits.Limits;
import io.seckill.server.selling.BatchSettings;
import io.seckill.stock.AcknowledgePolicy;
import io.seckill.stock.RedisSettings;
import java.time.Duration;

/** Everything that a server is told when it starts. */
public record ServerSettings(
        Grpc grpc,
        BatchSettings batch,
        AcknowledgePolicy acknowledge,
        AccessSettings access,
        RedisSettings redis,
        PostgresSettings postgres,
        AdminSettings admin,
        ConsoleSettings console,
        TracingSettings tracing) {
    /** Settings with which buyers are told as soon as Redis has decided. */
    public ServerSettings(Grpc grpc, BatchSettings batch, RedisSettings redis, PostgresSettings postgres) {
        this(grpc, batch, AcknowledgePolicy.IN_MEMORY, redis, postgres);
    }

    /** Settings with which whoever reaches the loopback interface may call, and nothing is shown of it. */
    public ServerSettings(
            Grpc grpc,
            BatchSettings batch,
            AcknowledgePolicy acknowledge,
            RedisSettings redis,
            PostgresSettings postgres) {
        this(
                grpc,
                batch,
                acknowledge,
                AccessSettings.LOCAL,
                redis,
                postgres,
                AdminSettings.off(),
                ConsoleSettings.USUAL,
                TracingSettings.off());
    }

    /** The same, with another policy. */
    public ServerSettings withAcknowledge(AcknowledgePolicy policy) {
        return new ServerSettings(grpc, batch, policy, access, redis, postgres, admin, console, tracing);
    }

    /** The same, for other callers. */
    public ServerSettings withAccess(AccessSettings other) {
        return new ServerSettings(grpc, batch, acknowledge, other, redis, postgres, admin, console, tracing);
    }

    /** The same, with other limits. */
    public ServerSettings withLimits(Limits other) {
        return new ServerSettings(
                grpc.withLimits(other), batch, acknowledge, access, redis, postgres, admin, console, tracing);
    }

    /** The same, shown elsewhere. */
    public ServerSettings withAdmin(AdminSettings other) {
        return new ServerSettings(grpc, batch, acknowledge, access, redis, postgres, other, console, tracing);
    }

    /** The same, with another console. */
    public ServerSettings withConsole(ConsoleSettings other) {
        return new ServerSettings(grpc, batch, acknowledge, access, redis, postgres, admin, other, tracing);
    }

    /** The same, with other traces. */
    public ServerSettings withTracing(TracingSettings other) {
        return new ServerSettings(grpc, batch, acknowledge, access, redis, postgres, admin, console, other);
    }

    /**
     * The socket and how it is left.
     *
     * @param port 0 for any free one
     * @param drainWait how long to go on serving after saying NOT_SERVING, so that load balancers see it
     * @param drainTimeout how long calls under way may take to end
     * @param limits what comes by it at a time
     */
    public record Grpc(String host, int port, Duration drainWait, Duration drainTimeout, Limits limits) {
        /** One with the usual limits. */
        public Grpc(String host, int port, Duration drainWait, Duration drainTimeout) {
            this(host, port, drainWait, drainTimeout, Limits.defaults());
        }

        /** The same, with other limits. */
        public Grpc withLimits(Limits other) {
            return new Grpc(host, port, drainWait, drainTimeout, other);
        }

        /** Any free port on the loopback interface, without a wait: for tests and for servers inside another process. */
        public static Grpc local(int port) {
            return new Grpc("127.0.0.1", port, Duration.ZERO, Duration.ofSeconds(10));
        }
    }
}
