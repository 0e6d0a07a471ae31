package io.seckill.server;

import static io.seckill.server.RawConnection.ENHANCE_YOUR_CALM;
import static io.seckill.server.TestServer.request;
import static io.seckill.server.TestServer.sale;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.seckill.server.RawConnection.Frame;
import io.seckill.server.limits.ConnectionLimits;
import io.seckill.server.limits.Limits;
import io.seckill.v1.SeckillResponse.Outcome;
import io.seckill.v1.SeckillServiceGrpc;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What one connection, and all of them together, may ask of a server; the others are served meanwhile. */
@Timeout(60)
class ConnectionLimitsIT {
    private static final int MAX_CALLS = 1_000;
    private static final int MAX_RESETS = 400;
    private static final int TOO_LONG = 64 * 1024;

    private static TestServer usual;

    @BeforeAll
    static void start() {
        usual = new TestServer();
    }

    @AfterAll
    static void stop() {
        usual.close();
    }

    @Test
    void messageThatIsTooLongIsRefusedAndChangesNothing() {
        long activity = usual.open(sale(100));
        StatusRuntimeException failure = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> usual.buyer.seckill(request(activity, 1, "r".repeat(TOO_LONG), 1001, 1)));

        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(failure.getStatus().getDescription()).contains("exceeds maximum size", "65536");
        assertThat(usual.buyers(activity).isExists()).isFalse();
    }

    @Test
    void callsBeyondThoseOfAConnectionAreRefused() {
        try (RawConnection connection = RawConnection.open(usual.server.port())) {
            for (int i = 0; i < MAX_CALLS; i++) {
                connection.call(SeckillServiceGrpc.getSeckillStreamMethod());
            }
            int oneMore = connection.call(SeckillServiceGrpc.getSeckillStreamMethod());

            Frame refusal = connection.await(RawConnection.RST_STREAM);
            assertThat(refusal.stream()).isEqualTo(oneMore);
            assertThat(refusal.error()).isEqualTo(RawConnection.REFUSED_STREAM);
        }
    }

    @Test
    void oldConnectionIsAskedToGoAndItsCallsGoOn() {
        ConnectionLimits limits = ConnectionLimits.defaults().withAge(Duration.ofMillis(500));
        try (TestServer test = TestServer.within(Limits.defaults().withConnections(limits));
                RawConnection connection = RawConnection.open(test.server.port())) {
            long activity = test.open(sale(10));
            int stream = connection.call(SeckillServiceGrpc.getSeckillStreamMethod());

            assertThat(connection.await(RawConnection.GO_AWAY).error()).isZero();
            connection.message(stream, request(activity, 7, "r7", 1001, 1).toByteArray(), true);
            assertThat(connection.await(RawConnection.DATA).stream()).isEqualTo(stream);
            connection.awaitClosed();
            assertThat(test.buyers(activity).readAllKeySet()).containsExactly("7");
        }
    }

    @Test
    void whoResetsCallAfterCallLosesTheConnection() {
        long activity = usual.open(sale(10));
        try (RawConnection connection = RawConnection.open(usual.server.port())) {
            for (int i = 0; i <= MAX_RESETS; i++) {
                connection.reset(connection.call(SeckillServiceGrpc.getSeckillMethod()));
            }

            Frame goAway = connection.await(frame -> frame.type() == RawConnection.GO_AWAY && frame.error() != 0);
            assertThat(goAway.error()).isEqualTo(ENHANCE_YOUR_CALM);
            connection.awaitClosed();
            assertThatItServes(usual, activity);
        }
    }

    @Test
    void whoPingsAllTheTimeLosesTheConnection() {
        long activity = usual.open(sale(10));
        try (RawConnection connection = RawConnection.open(usual.server.port())) {
            for (int i = 0; i < 4; i++) {
                connection.ping();
            }

            Frame goAway = connection.await(RawConnection.GO_AWAY);
            assertThat(goAway.error()).isEqualTo(ENHANCE_YOUR_CALM);
            assertThat(goAway.payload().substring(8).toStringUtf8()).isEqualTo("too_many_pings");
            connection.awaitClosed();
            assertThatItServes(usual, activity);
        }
    }

    @Test
    void connectionsBeyondTheLimitAreClosedAtOnceUntilAnotherEnds() {
        refusesAThirdUntilTheSecondEnds(ConnectionLimits.of(2, 0), "connections");
    }

    @Test
    void connectionsOfOneAddressBeyondItsLimitAreClosedAtOnceUntilAnotherEnds() {
        refusesAThirdUntilTheSecondEnds(ConnectionLimits.of(100, 2), "peer_connections");
    }

    /** The first is that of the test itself. */
    private static void refusesAThirdUntilTheSecondEnds(ConnectionLimits limits, String limit) {
        try (TestServer test = TestServer.within(Limits.defaults().withConnections(limits))) {
            long activity = test.open(sale(10));
            try (RawConnection second = RawConnection.open(test.server.port())) {
                assertThatItAnswers(second);
                try (RawConnection third = new RawConnection(test.server.port())) {
                    third.awaitClosed();
                }
                assertThat(test.metric("seckill_limit_refused_total{limit=\"" + limit + "\"}"))
                        .isEqualTo(1);
                assertThat(test.metric("seckill_limit_used{limit=\"connections\"}"))
                        .isEqualTo(2);
                assertThatItServes(test, activity);
            }

            await().untilAsserted(() -> assertThat(test.metric("seckill_limit_used{limit=\"connections\"}"))
                    .isEqualTo(1));
            try (RawConnection another = RawConnection.open(test.server.port())) {
                assertThatItAnswers(another);
            }
        }
    }

    private static void assertThatItAnswers(RawConnection connection) {
        connection.ping();
        assertThat(connection.await(RawConnection.PING).isAck()).isTrue();
    }

    private static void assertThatItServes(TestServer test, long activity) {
        assertThat(test.buyer.seckill(request(activity, 1_000, "", 1001, 1)).getOutcome())
                .isEqualTo(Outcome.ACCEPTED);
    }
}
