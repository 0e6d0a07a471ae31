package io.seckill.server;

import static io.seckill.server.TestServer.request;
import static io.seckill.server.TestServer.sale;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.MethodDescriptor;
import io.seckill.server.RawConnection.Frame;
import io.seckill.server.access.AccessSettings;
import io.seckill.server.access.TlsSettings;
import io.seckill.server.limits.ConnectionLimits;
import io.seckill.server.limits.ConnectionLimits.Patience;
import io.seckill.server.limits.Limits;
import io.seckill.v1.ActivityServiceGrpc;
import io.seckill.v1.SeckillResponse.Outcome;
import io.seckill.v1.SeckillServiceGrpc;
import io.seckill.v1.WatchStockRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients that hold something of the server and do nothing: it is taken from them, and others are served meanwhile. */
@Timeout(60)
class SlowClientsIT {
    private static final Patience SHORT = new Patience(
            Duration.ofMillis(600),
            Duration.ofMillis(600),
            Duration.ofMillis(900),
            Duration.ofSeconds(1),
            Duration.ofMillis(500));

    private static final Limits LIMITS =
            Limits.defaults().withConnections(ConnectionLimits.defaults().withPatience(SHORT));

    /** Calls of a client that takes no answer, far more than the server keeps answers for. */
    private static final int MANY = 1_000_000;

    private static final AtomicInteger USERS = new AtomicInteger(1_000);

    private static final String SLOW_REQUEST = "slow_request";
    private static final String SLOW_READER = "slow_reader";

    private static TestServer test;
    private static long activity;

    private double requestsBefore;
    private double readersBefore;

    @BeforeAll
    static void start() {
        test = TestServer.within(LIMITS);
        activity = test.open(sale(100_000));
    }

    @BeforeEach
    void count() {
        requestsBefore = refused(SLOW_REQUEST);
        readersBefore = refused(SLOW_READER);
    }

    @AfterAll
    static void stop() {
        test.close();
    }

    @AfterEach
    void othersAreServedAndNothingIsLeft() {
        assertThat(test.buyer
                        .seckill(request(activity, USERS.incrementAndGet(), "", 1001, 1))
                        .getOutcome())
                .isEqualTo(Outcome.ACCEPTED);
        await().untilAsserted(() -> {
            assertThat(test.metric("seckill_limit_used{limit=\"connections\"}")).isEqualTo(1);
            assertThat(test.metric("seckill_limit_used{limit=\"in_flight\"}")).isZero();
            assertThat(CallsUnderWay.at(test.server.port())).isZero();
        });
    }

    @Test
    void connectionThatSaysNothingIsClosed() {
        try (RawConnection silent = new RawConnection(test.server.port())) {
            silent.awaitClosed();
        }
    }

    @Test
    void connectionThatStopsInTheMiddleOfItsPrefaceIsClosed() {
        try (RawConnection slow = new RawConnection(test.server.port())) {
            slow.beginPreface();
            slow.awaitClosed();
        }
    }

    @Test
    void callWhoseRequestDoesNotComeIsEnded() {
        try (RawConnection slow = RawConnection.open(test.server.port())) {
            int stream = slow.call(SeckillServiceGrpc.getSeckillMethod());

            assertThatItIsEnded(slow, stream, SLOW_REQUEST);
        }
    }

    @Test
    void overTlsToo(@TempDir Path directory) throws IOException {
        TestCertificate certificate = TestCertificate.of(directory, "CN=seckill");
        TlsSettings tls = new TlsSettings(
                Files.writeString(directory.resolve("server.pem"), certificate.certificate()),
                Files.writeString(directory.resolve("server.key"), certificate.key()),
                Optional.empty());
        try (TestServer secured = new TestServer(TestServer.fresh()
                        .withAccess(new AccessSettings(Optional.empty(), Optional.of(tls), false))
                        .withLimits(LIMITS));
                RawConnection silent = new RawConnection(secured.server.port());
                RawConnection slow = RawConnection.open(secured.server.port(), certificate.trust())) {
            int stream = slow.call(SeckillServiceGrpc.getSeckillMethod());

            assertThat(slow.await(RawConnection.RST_STREAM).stream()).isEqualTo(stream);
            silent.awaitClosed();
        }
    }

    @Test
    void callWhoseRequestStopsInTheMiddleIsEndedAndSellsNothing() {
        try (RawConnection slow = RawConnection.open(test.server.port())) {
            byte[] whole = request(activity, 9, "r9", 1001, 1).toByteArray();
            int stream = slow.call(SeckillServiceGrpc.getSeckillMethod());
            slow.message(stream, whole, whole.length, false); // five bytes of its head, and so five too few

            assertThatItIsEnded(slow, stream, SLOW_REQUEST);
            assertThat(test.buyers(activity).containsKey("9")).isFalse();
        }
    }

    @Test
    void operatorsCallWhoseRequestDoesNotComeLeavesItsPlace() {
        try (RawConnection slow = RawConnection.open(test.server.port())) {
            int stream = slow.call(ActivityServiceGrpc.getPauseActivityMethod());

            assertThatItIsEnded(slow, stream, SLOW_REQUEST);
        }
        await().untilAsserted(() -> assertThat(test.metric("seckill_limit_used{limit=\"operators\"}"))
                .isZero());
    }

    @Test
    void streamOfRequestsMayWaitBetweenThem() {
        try (RawConnection patient = RawConnection.open(test.server.port())) {
            int stream = patient.call(SeckillServiceGrpc.getSeckillStreamMethod());
            int unfinished = patient.call(SeckillServiceGrpc.getSeckillMethod());

            assertThat(patient.await(RawConnection.RST_STREAM).stream()).isEqualTo(unfinished);
            patient.message(
                    stream,
                    request(activity, USERS.incrementAndGet(), "r", 1001, 1).toByteArray(),
                    true);
            assertThat(patient.await(RawConnection.DATA).stream()).isEqualTo(stream);
        }
    }

    @Test
    void answerThatIsNotTakenIsGivenUp() {
        whoTakesNoAnswerIsEnded(
                SeckillServiceGrpc.getSeckillMethod(),
                request(activity, USERS.incrementAndGet(), "r", 1001, 1).toByteArray());
    }

    @Test
    void streamWhoseAnswersAreNotTakenIsEnded() {
        whoTakesNoAnswerIsEnded(
                SeckillServiceGrpc.getSeckillStreamMethod(),
                request(activity, USERS.incrementAndGet(), "r", 1001, 1).toByteArray());
    }

    @Test
    void watchWhoseValuesAreNotTakenIsEnded() {
        whoTakesNoAnswerIsEnded(
                SeckillServiceGrpc.getWatchStockMethod(),
                WatchStockRequest.newBuilder().setActivityId(activity).build().toByteArray());
    }

    private void whoTakesNoAnswerIsEnded(MethodDescriptor<?, ?> method, byte[] request) {
        try (RawConnection slow = RawConnection.open(test.server.port(), 0)) {
            int stream = slow.call(method);
            slow.message(stream, request, true);

            assertThatItIsEnded(slow, stream, SLOW_READER);
        }
    }

    @Test
    void watchWhoseValuesAreTakenLittleByLittleGoesOn() {
        try (RawConnection slow = RawConnection.open(test.server.port(), 0)) {
            int watch = slow.call(SeckillServiceGrpc.getWatchStockMethod());
            slow.message(
                    watch,
                    WatchStockRequest.newBuilder()
                            .setActivityId(activity)
                            .build()
                            .toByteArray(),
                    true);
            int other = slow.call(SeckillServiceGrpc.getWatchStockMethod());
            slow.message(
                    other,
                    WatchStockRequest.newBuilder()
                            .setActivityId(activity)
                            .build()
                            .toByteArray(),
                    true);
            CompletableFuture<Frame> ended = CompletableFuture.supplyAsync(() -> slow.await(RawConnection.RST_STREAM));
            await().pollInterval(Duration.ofMillis(100)).until(() -> {
                slow.allow(watch, 1);
                return ended.isDone();
            });

            assertThat(ended.join().stream()).isEqualTo(other);
        }
    }

    @Test
    void connectionWhoseClientIsGoneWithoutAWordIsClosed() {
        try (RawConnection gone = RawConnection.open(test.server.port())) {
            gone.awaitClosed(); // and answers no ping
        }
    }

    @Test
    void clientThatTakesNoAnswerAtAllIsReadNoMoreAndClosed() {
        try (RawConnection greedy = RawConnection.open(test.server.port())) {
            CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
                for (int i = 0; i < MANY; i++) {
                    greedy.call("seckill.v1.SeckillService/NoSuchMethod", true);
                }
            });

            assertThat(sending)
                    .failsWithin(Duration.ofSeconds(30))
                    .withThrowableThat()
                    .withRootCauseInstanceOf(SocketException.class)
                    .withCauseInstanceOf(UncheckedIOException.class);
        }
    }

    private void assertThatItIsEnded(RawConnection slow, int stream, String limit) {
        Frame end = slow.await(RawConnection.RST_STREAM);
        assertThat(end.stream()).isEqualTo(stream);
        assertThat(end.error()).isEqualTo(RawConnection.CANCEL);
        assertThat(refused(limit)).isEqualTo(limit.equals(SLOW_READER) ? readersBefore + 1 : requestsBefore + 1);
    }

    private static double refused(String limit) {
        return test.metric("seckill_limit_refused_total{limit=\"" + limit + "\"}");
    }
}
