package io.seckill.server;

import static io.seckill.server.TestServer.reason;
import static io.seckill.server.TestServer.request;
import static io.seckill.server.TestServer.sale;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.util.Durations;
import com.google.rpc.RetryInfo;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.seckill.embedded.FreePorts;
import io.seckill.embedded.PostgresProcess;
import io.seckill.embedded.RedisProcess;
import io.seckill.embedded.SharedServers;
import io.seckill.migrations.PostgresSettings;
import io.seckill.observing.AdminSettings;
import io.seckill.server.limits.CallLimits;
import io.seckill.server.limits.Limits;
import io.seckill.server.selling.BatchSettings;
import io.seckill.server.tokens.TestIssuer;
import io.seckill.stock.RedisSettings;
import io.seckill.v1.ListActivitiesRequest;
import io.seckill.v1.SeckillRequest;
import io.seckill.v1.SeckillResponse;
import io.seckill.v1.SeckillResponse.Outcome;
import io.seckill.v1.SeckillServiceGrpc;
import io.seckill.v1.WatchStockRequest;
import io.seckill.v1.WatchStockResponse;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** More calls than a server takes on, of all buyers together and of one. */
@Timeout(60)
class CallLimitsIT {
    private static final int MAX_IN_FLIGHT = 5;
    private static final int MAX_PER_PEER = 3;
    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    private Path dir;

    @Test
    void callsAreRefusedAtOnceBeyondTheLimitAndNobodyElseIs() throws Exception {
        int port = FreePorts.next();
        try (RedisProcess redis = RedisProcess.start(dir, port, Map.of());
                TestServer test = within(redis, MAX_IN_FLIGHT)) {
            long activity = test.open(sale(100));
            assertThat(test.buyer.seckill(request(activity, 1, "r1", 1001, 1)).getOutcome())
                    .isEqualTo(Outcome.ACCEPTED);
            StalledRedis.stall(port);
            List<ListenableFuture<SeckillResponse>> waiting = new ArrayList<>();
            for (int user = 2; user < 2 + MAX_IN_FLIGHT; user++) {
                waiting.add(SeckillServiceGrpc.newFutureStub(test.channel)
                        .seckill(request(activity, user, "r" + user, 1001, 1)));
            }
            await().until(() -> test.metric("seckill_limit_used{limit=\"in_flight\"}") == MAX_IN_FLIGHT);

            SeckillRequest late = request(activity, 99, "r99", 1001, 1);
            StatusRuntimeException refusal =
                    catchThrowableOfType(StatusRuntimeException.class, () -> test.buyer.seckill(late));
            assertThatItIsOverloaded(refusal);
            assertThat(test.metric("seckill_limit_refused_total{limit=\"in_flight\"}"))
                    .isEqualTo(1);
            assertThat(waiting).noneMatch(ListenableFuture::isDone);
            assertThat(test.operator
                            .listActivities(ListActivitiesRequest.getDefaultInstance())
                            .getActivitiesCount())
                    .as("operators have places of their own")
                    .isEqualTo(1);
            assertThat(HealthGrpc.newBlockingStub(test.channel)
                            .check(HealthCheckRequest.getDefaultInstance())
                            .getStatus())
                    .isEqualTo(ServingStatus.SERVING);

            StalledRedis.goOn(port);
            for (ListenableFuture<SeckillResponse> call : waiting) {
                assertThat(call.get(10, TimeUnit.SECONDS).getOutcome()).isEqualTo(Outcome.ACCEPTED);
            }
            SeckillResponse again = test.buyer.seckill(late);
            assertThat(again.getOutcome()).isEqualTo(Outcome.ACCEPTED);
            assertThat(again.getReplayed())
                    .as("the refused call changed nothing")
                    .isFalse();
            await().untilAsserted(() -> assertThat(test.metric("seckill_limit_used{limit=\"in_flight\"}"))
                    .isZero());
        }
    }

    @Test
    void messagesOfAStreamCountEachAndARefusedOneEndsNothing() {
        int port = FreePorts.next();
        try (RedisProcess redis = RedisProcess.start(dir, port, Map.of());
                TestServer test = within(redis, MAX_IN_FLIGHT)) {
            long activity = test.open(sale(100));
            Answers answers = new Answers();
            StreamObserver<SeckillRequest> stream =
                    SeckillServiceGrpc.newStub(test.channel).seckillStream(answers);
            StalledRedis.stall(port);
            for (int user = 1; user <= MAX_IN_FLIGHT; user++) {
                stream.onNext(request(activity, user, "r" + user, 1001, 1));
            }

            await().until(() -> answers.got.size() == 1); // the stream itself is one
            SeckillResponse refused = answers.got.remove();
            assertThat(refused.getRequestId()).isEqualTo("r" + MAX_IN_FLIGHT);
            assertThat(refused.getError().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED.value());
            assertThat(refused.getError().getDetailsList()).anyMatch(detail -> detail.is(RetryInfo.class));

            StalledRedis.goOn(port);
            await().until(() -> answers.got.size() == MAX_IN_FLIGHT - 1);
            stream.onNext(request(activity, MAX_IN_FLIGHT, "r" + MAX_IN_FLIGHT, 1001, 1));
            await().until(() -> answers.got.size() == MAX_IN_FLIGHT);
            assertThat(answers.got).allSatisfy(answer -> {
                assertThat(answer.getOutcome()).isEqualTo(Outcome.ACCEPTED);
                assertThat(answer.getReplayed()).isFalse();
            });
            stream.onCompleted();
            await().untilAsserted(() -> assertThat(test.metric("seckill_limit_used{limit=\"in_flight\"}"))
                    .isZero());
        }
    }

    @Test
    void callsOfOneAddressAreRefusedBeyondItsLimitAndOperatorsAreNot() {
        try (TestServer test = TestServer.within(Limits.defaults().withCalls(new CallLimits(100, MAX_PER_PEER)))) {
            long activity = test.open(sale(100));
            Watches watches = new Watches(activity);
            for (int i = 0; i < MAX_PER_PEER; i++) {
                watches.open(SeckillServiceGrpc.newStub(test.channel));
            }
            await().until(() -> watches.values.get() == MAX_PER_PEER);

            assertThatItIsOverloaded(catchThrowableOfType(
                    StatusRuntimeException.class, () -> test.buyer.seckill(request(activity, 1, "r1", 1001, 1))));
            assertThat(test.metric("seckill_limit_refused_total{limit=\"peer_calls\"}"))
                    .isEqualTo(1);
            test.operator.listActivities(ListActivitiesRequest.getDefaultInstance());

            watches.close();
            await().ignoreExceptions()
                    .until(() -> test.buyer
                                    .seckill(request(activity, 1, "r1", 1001, 1))
                                    .getOutcome()
                            == Outcome.ACCEPTED);
        }
    }

    @Test
    void callersWhoSayWhoTheyAreCountEachForThemselves() {
        Path keys = dir.resolve("keys.json");
        try (TestServer test = new TestServer(
                TestServer.fresh()
                        .withAccess(TestIssuer.access(keys))
                        .withLimits(Limits.defaults().withCalls(new CallLimits(1_000, MAX_PER_PEER))),
                TestServer.bearer(TestIssuer.token("root", "admin")))) {
            long activity = test.open(sale(100));
            ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", test.server.port())
                    .usePlaintext()
                    .build();
            Watches watches = new Watches(activity);
            SeckillServiceGrpc.SeckillServiceStub shop = SeckillServiceGrpc.newStub(channel)
                    .withInterceptors(TestServer.bearer(TestIssuer.token("shop", "bff")));
            for (int i = 0; i < MAX_PER_PEER; i++) {
                watches.open(shop);
            }
            await().until(() -> watches.values.get() == MAX_PER_PEER);

            assertThatItIsOverloaded(failure(channel, activity, TestIssuer.token("shop", "bff")));
            assertThat(buyer(channel, TestIssuer.token("other", "bff"))
                            .seckill(request(activity, 1, "r1", 1001, 1))
                            .getOutcome())
                    .isEqualTo(Outcome.ACCEPTED);
            watches.close();
            channel.shutdownNow();
        }
    }

    private static StatusRuntimeException failure(ManagedChannel channel, long activity, String token) {
        return catchThrowableOfType(
                StatusRuntimeException.class, () -> buyer(channel, token).seckill(request(activity, 1, "r1", 1001, 1)));
    }

    private static SeckillServiceGrpc.SeckillServiceBlockingStub buyer(ManagedChannel channel, String token) {
        return SeckillServiceGrpc.newBlockingStub(channel).withInterceptors(TestServer.bearer(token));
    }

    /** One whose Redis may stand still for as long as it likes. */
    private static TestServer within(RedisProcess redis, int maxInFlight) {
        return new TestServer(new ServerSettings(
                        ServerSettings.Grpc.local(0),
                        BatchSettings.defaults(),
                        new RedisSettings(URI.create(redis.url()), LONG, 4),
                        PostgresSettings.of(SharedServers.freshJdbcUrl(), PostgresProcess.USER, ""))
                .withLimits(Limits.defaults().withCalls(new CallLimits(maxInFlight, 0)))
                .withAdmin(AdminSettings.local(0)));
    }

    private static void assertThatItIsOverloaded(StatusRuntimeException refusal) {
        assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(reason(refusal)).isEqualTo("OVERLOADED");
        long millis =
                Durations.toMillis(TestServer.detail(refusal, RetryInfo.class).getRetryDelay());
        assertThat(millis).isBetween(100L, 400L);
    }

    /** Watches of stock that stay open. */
    private static final class Watches implements StreamObserver<WatchStockResponse> {
        private final AtomicInteger values = new AtomicInteger();
        private final Context.CancellableContext context = Context.current().withCancellation();
        private final long activity;

        Watches(long activity) {
            this.activity = activity;
        }

        void open(SeckillServiceGrpc.SeckillServiceStub stub) {
            context.run(() -> stub.watchStock(
                    WatchStockRequest.newBuilder().setActivityId(activity).build(), this));
        }

        @Override
        public void onNext(WatchStockResponse value) {
            values.incrementAndGet();
        }

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {}

        void close() {
            context.cancel(null);
        }
    }

    /** Answers of a SeckillStream. */
    private static final class Answers implements StreamObserver<SeckillResponse> {
        private final Queue<SeckillResponse> got = new ConcurrentLinkedQueue<>();

        @Override
        public void onNext(SeckillResponse response) {
            got.add(response);
        }

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {}
    }
}
