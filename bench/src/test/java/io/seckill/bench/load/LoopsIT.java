package io.seckill.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.seckill.bench.ceiling.EchoService;
import io.seckill.v1.SeckillRequest;
import io.seckill.v1.SeckillResponse;
import io.seckill.v1.SeckillResponse.Outcome;
import io.seckill.v1.SeckillServiceGrpc.SeckillServiceImplBase;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LoopsIT {
    private static final Duration LENGTH = Duration.ofMillis(200);
    private static final int IN_FLIGHT = 8;

    private final NewBuyers buyers = new NewBuyers(List.of(1L), List.of(1_001L), 1, 1);
    private Server server;

    @AfterEach
    void stop() throws InterruptedException {
        server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    }

    @Test
    void everyUnaryCallIsCountedOnce() throws Exception {
        try (Connections connections = connect(new EchoService())) {
            isWhole(new UnaryLoop(connections, IN_FLIGHT).run(buyers, LENGTH));
        }
    }

    @Test
    void everyMessageOfAStreamIsCountedOnce() throws Exception {
        try (Connections connections = connect(new EchoService())) {
            isWhole(new StreamLoop(connections, IN_FLIGHT).run(buyers, LENGTH));
        }
    }

    @Test
    void anOpenLoopSendsAsManyAsAreDue() throws Exception {
        try (Connections connections = connect(new EchoService())) {
            LoadResult result = new OpenLoop(connections, 500).run(buyers, LENGTH);

            assertThat(result.tally().count(Outcome.ACCEPTED)).isEqualTo(100);
            assertThat(result.latencyNanos().getTotalCount()).isEqualTo(100);
        }
    }

    @Test
    void aSlowAnswerMakesThoseAfterItLate() throws Exception {
        Duration pause = Duration.ofMillis(500);
        try (Connections connections = connect(new Stalling(pause))) {
            LoadResult result = new OpenLoop(connections, 100).run(buyers, LENGTH);

            // Calls that were due during the pause count from when they were due, not from when they could be sent.
            double halfOfThem = 50;
            assertThat(result.latencyMillis(halfOfThem)).isGreaterThan(pause.toMillis() / 2.0);
        }
    }

    @Test
    void aFailureIsCountedAndNamed() throws Exception {
        try (Connections connections = connect(new SeckillServiceImplBase() {})) {
            LoadResult unary = new UnaryLoop(connections, IN_FLIGHT).run(buyers, LENGTH);
            LoadResult stream = new StreamLoop(connections, IN_FLIGHT).run(buyers, LENGTH);

            assertThat(unary.tally().failures()).isEqualTo(IN_FLIGHT);
            assertThat(unary.tally().firstFailure()).contains(Status.Code.UNIMPLEMENTED.name());
            assertThat(stream.tally().failures()).isPositive();
        }
    }

    private Connections connect(SeckillServiceImplBase service) throws IOException, InterruptedException {
        server = ServerBuilder.forPort(0)
                .directExecutor()
                .addService(service)
                .build()
                .start();
        return Connections.open(Address.of(server.getPort()), 2);
    }

    private static void isWhole(LoadResult result) {
        Tally tally = result.tally();
        assertThat(tally.failures()).as(tally.firstFailure()).isZero();
        assertThat(tally.count(Outcome.ACCEPTED)).isPositive().isEqualTo(tally.units());
        assertThat(result.latencyNanos().getTotalCount()).isEqualTo(tally.count(Outcome.ACCEPTED));
        assertThat(result.answered()).isEqualTo(tally.count(Outcome.ACCEPTED));
        assertThat(result.perSecond()).isPositive();
    }

    /** Holds up its connections once, at the first call. */
    private static final class Stalling extends SeckillServiceImplBase {
        private final Duration pause;
        private long startNanos;

        Stalling(Duration pause) {
            this.pause = pause;
        }

        @Override
        public synchronized void seckill(SeckillRequest request, StreamObserver<SeckillResponse> client) {
            if (startNanos == 0) {
                startNanos = System.nanoTime();
            }
            while (System.nanoTime() - startNanos < pause.toNanos()) {
                Thread.onSpinWait();
            }
            client.onNext(
                    SeckillResponse.newBuilder().setOutcome(Outcome.ACCEPTED).build());
            client.onCompleted();
        }
    }
}
