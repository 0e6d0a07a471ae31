package io.seckill.server;

import static io.seckill.server.TestServer.request;
import static io.seckill.server.TestServer.sale;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.seckill.server.tokens.TestIssuer;
import io.seckill.v1.GetStockRequest;
import io.seckill.v1.SeckillRequest;
import io.seckill.v1.SeckillResponse;
import io.seckill.v1.SeckillResponse.Outcome;
import io.seckill.v1.SeckillServiceGrpc;
import io.seckill.v1.SeckillServiceGrpc.SeckillServiceBlockingStub;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A buyer acts for the user in the subject of the token, and for nobody else; a BFF acts for anybody. */
class ForeignUserIT {
    @TempDir
    private static Path directory;

    private static TestServer test;
    private static ManagedChannel plain;
    private static long activity;

    @BeforeAll
    static void start() {
        test = new TestServer(
                TestIssuer.access(directory.resolve("keys.json")), TestIssuer.token("operations", "admin"));
        activity = test.open(sale(100));
        plain = NettyChannelBuilder.forAddress("127.0.0.1", test.server.port())
                .usePlaintext()
                .build();
    }

    @AfterAll
    static void stop() {
        plain.shutdownNow();
        test.close();
    }

    @Test
    void noMethodServesABuyerForAnotherUser() {
        Channel buyer = as("42", "buyer");
        List<String> refused = new ArrayList<>();
        for (MethodDescriptor<?, ?> method :
                SeckillServiceGrpc.getServiceDescriptor().getMethods()) {
            if (method.getType().clientSendsOneMessage() && userField(method) != null) {
                for (long foreign : new long[] {43, 0, -42, 420}) {
                    StatusRuntimeException failure =
                            catchThrowableOfType(StatusRuntimeException.class, () -> callFor(foreign, method, buyer));
                    assertThat(failure.getStatus().getCode())
                            .as("%s for %d", method.getFullMethodName(), foreign)
                            .isEqualTo(Status.Code.PERMISSION_DENIED);
                    assertThat(TestServer.reason(failure)).isEqualTo("FOREIGN_USER");
                    assertThat(failure).hasMessageContaining("user_id: " + foreign + " (expected: ");
                }
                refused.add(String.valueOf(method.getBareMethodName()));
            }
        }

        assertThat(refused)
                .containsExactlyInAnyOrder(
                        "Seckill", "GetOrder", "LookupOrder", "ListOrders", "WatchOrder", "PayOrder", "CancelOrder");
    }

    @Test
    void aBuyersBytesThatNameNobodyAreAFaultOfTheRequest() {
        byte[] unreadable = {0x0C};

        RawCall.Result result =
                RawCall.make(as("42", "buyer"), SeckillServiceGrpc.getGetOrderMethod(), List.of(unreadable), false);

        assertThat(result.status().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    }

    @Test
    void aBuyerBuysForItselfAndSeesTheStock() {
        SeckillServiceBlockingStub buyer = SeckillServiceGrpc.newBlockingStub(as("1", "buyer"));

        assertThat(buyer.seckill(request(activity, 1, "r", 1001, 1)).getOutcome())
                .isEqualTo(Outcome.ACCEPTED);
        assertThat(buyer.getStock(GetStockRequest.newBuilder()
                                .setActivityId(activity)
                                .build())
                        .getProductsCount())
                .isEqualTo(1);
    }

    @Test
    void whoMayActForAnybodyMayAlsoBeABuyer() {
        for (Channel anybody : List.of(as("shop", "bff"), as("1", "buyer", "bff"), as("1", "admin"))) {
            SeckillServiceBlockingStub stub = SeckillServiceGrpc.newBlockingStub(anybody);
            assertThat(stub.seckill(request(activity, 2, "r", 1001, 1)).getOutcome())
                    .isEqualTo(Outcome.ACCEPTED);
        }
    }

    @Test
    void aSubjectThatIsNoUserIdIsNoUser() {
        SeckillServiceBlockingStub buyer = SeckillServiceGrpc.newBlockingStub(as("alice", "buyer"));

        StatusRuntimeException failure = catchThrowableOfType(
                StatusRuntimeException.class, () -> buyer.seckill(request(activity, 3, "r", 1001, 1)));
        assertThat(TestServer.reason(failure)).isEqualTo("FOREIGN_USER");
    }

    @Test
    void onAStreamAForeignUserIsAnAnswerOfItsOwn() throws Exception {
        Answers answers = new Answers();
        StreamObserver<SeckillRequest> stream =
                SeckillServiceGrpc.newStub(as("4", "buyer")).seckillStream(answers);
        stream.onNext(request(activity, 4, "own", 1001, 1));
        for (int i = 0; i < 1_000; i++) {
            stream.onNext(request(activity, 5_000 + i, "foreign-" + i, 1001, 1));
        }
        stream.onNext(request(activity, 4, "own", 1001, 1));
        stream.onNext(request(activity, 4, "more", 1001, 1));
        stream.onCompleted();
        answers.done.get(20, TimeUnit.SECONDS);

        assertThat(answers.byRequest).hasSize(1_002);
        assertThat(answers.byRequest.get("own").getOutcome()).isEqualTo(Outcome.ACCEPTED);
        assertThat(answers.byRequest.get("more").getOutcome()).isEqualTo(Outcome.LIMIT_REACHED);
        answers.byRequest.forEach((id, response) -> {
            if (id.startsWith("foreign")) {
                assertThat(response.getError().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED.value());
                assertThat(response.getOrderId()).isEmpty();
            }
        });
        assertThat(test.buyers(activity).keySet()).noneMatch(user -> user.startsWith("5"));
    }

    private static Channel as(String subject, String... roles) {
        return ClientInterceptors.intercept(plain, TestServer.bearer(TestIssuer.token(subject, roles)));
    }

    private static <Q> void callFor(long user, MethodDescriptor<Q, ?> method, Channel channel) {
        boolean unused = ClientCalls.blockingServerStreamingCall(
                        channel,
                        method,
                        CallOptions.DEFAULT.withDeadlineAfter(10, TimeUnit.SECONDS),
                        withUser(method, user))
                .hasNext();
    }

    @SuppressWarnings("unchecked") // a message of the type of the one that it is built from
    private static <Q> Q withUser(MethodDescriptor<Q, ?> method, long user) {
        return (Q) empty(method).toBuilder().setField(userField(method), user).build();
    }

    private static FieldDescriptor userField(MethodDescriptor<?, ?> method) {
        return empty(method).getDescriptorForType().findFieldByName("user_id");
    }

    private static Message empty(MethodDescriptor<?, ?> method) {
        return (Message) method.parseRequest(InputStream.nullInputStream());
    }

    /** Keeps what the server answers. */
    private static final class Answers implements StreamObserver<SeckillResponse> {
        private final Map<String, SeckillResponse> byRequest = new ConcurrentHashMap<>();
        private final CompletableFuture<Void> done = new CompletableFuture<>();

        @Override
        public void onNext(SeckillResponse response) {
            byRequest.put(response.getRequestId(), response);
        }

        @Override
        public void onError(Throwable failure) {
            done.completeExceptionally(failure);
        }

        @Override
        public void onCompleted() {
            done.complete(null);
        }
    }
}
