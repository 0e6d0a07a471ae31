package io.seckill.server;

import static io.seckill.server.TestServer.request;
import static io.seckill.server.TestServer.sale;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.gson.Gson;
import com.google.gson.reflect.TypeToken;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.seckill.v1.ActivityServiceGrpc;
import io.seckill.v1.CreateActivityRequest;
import io.seckill.v1.CreateActivityResponse;
import io.seckill.v1.SeckillRequest;
import io.seckill.v1.SeckillResponse;
import io.seckill.v1.SeckillResponse.Outcome;
import io.seckill.v1.SeckillServiceGrpc;
import java.io.IOException;
import java.io.Reader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The service config that clients are told to use, in grpc-java: examples/service-config.json. */
class ServiceConfigIT {
    private static final Path FILE = Path.of("..", "examples", "service-config.json");

    private final TestServer test = new TestServer();
    private final LosingAnswers between = new LosingAnswers();
    private final AtomicInteger created = new AtomicInteger();
    private Server front;
    private ManagedChannel channel;

    /** Passes requests on to the server, and loses the first answers. */
    private final class LosingAnswers extends SeckillServiceGrpc.SeckillServiceImplBase {
        private final List<SeckillRequest> seen = new CopyOnWriteArrayList<>();
        private volatile int toLose;

        @Override
        public void seckill(SeckillRequest request, StreamObserver<SeckillResponse> observer) {
            seen.add(request);
            SeckillResponse response = test.buyer.seckill(request);
            if (seen.size() <= toLose) {
                observer.onError(Status.UNAVAILABLE.asRuntimeException());
                return;
            }
            observer.onNext(response);
            observer.onCompleted();
        }
    }

    /** Never serves. */
    private final class Unavailable extends ActivityServiceGrpc.ActivityServiceImplBase {
        @Override
        public void createActivity(CreateActivityRequest request, StreamObserver<CreateActivityResponse> observer) {
            created.incrementAndGet();
            observer.onError(Status.UNAVAILABLE.asRuntimeException());
        }
    }

    @BeforeEach
    void start() throws IOException {
        front = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(between)
                .addService(new Unavailable())
                .build()
                .start();
        Map<String, ?> config;
        try (Reader json = Files.newBufferedReader(FILE)) {
            config = new Gson().fromJson(json, new TypeToken<Map<String, Object>>() {});
        }
        channel = NettyChannelBuilder.forAddress("127.0.0.1", front.getPort())
                .usePlaintext()
                .defaultServiceConfig(config)
                .disableServiceConfigLookUp()
                .build();
    }

    @AfterEach
    void stop() throws InterruptedException {
        channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
        front.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
        test.close();
    }

    @Test
    void anAnswerThatWasLostIsAskedForAgainWithTheSameRequestId() {
        long activity = test.open(sale(10));
        between.toLose = 1;

        SeckillResponse response =
                SeckillServiceGrpc.newBlockingStub(channel).seckill(request(activity, 42, "r1", 1001, 1));

        assertThat(response.getOutcome()).isEqualTo(Outcome.ACCEPTED);
        assertThat(response.getReplayed()).as("the first attempt sold").isTrue();
        assertThat(between.seen).extracting(SeckillRequest::getRequestId).containsExactly("r1", "r1");
        assertThat(test.pool(activity).get("remaining:1001")).isEqualTo("9");
    }

    @Test
    void whatIsServedIsAskedForOnce() {
        long activity = test.open(sale(10));

        SeckillResponse response =
                SeckillServiceGrpc.newBlockingStub(channel).seckill(request(activity, 42, "r1", 1001, 1));

        assertThat(response.getReplayed()).isFalse();
        assertThat(between.seen).hasSize(1);
    }

    @Test
    void attemptsAreBounded() {
        long activity = test.open(sale(10));
        between.toLose = Integer.MAX_VALUE;

        StatusRuntimeException failure = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> SeckillServiceGrpc.newBlockingStub(channel).seckill(request(activity, 42, "r1", 1001, 1)));

        assertThat(failure.getStatus().getCode()).isIn(Status.Code.UNAVAILABLE, Status.Code.DEADLINE_EXCEEDED);
        assertThat(between.seen).hasSizeBetween(2, 4);
    }

    @Test
    void whatIsNotSafeToRepeatIsNotRepeated() {
        StatusRuntimeException failure = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> ActivityServiceGrpc.newBlockingStub(channel)
                        .createActivity(CreateActivityRequest.getDefaultInstance()));

        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(created).hasValue(1);
    }
}
