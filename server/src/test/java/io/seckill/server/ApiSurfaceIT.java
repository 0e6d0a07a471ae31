package io.seckill.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.seckill.v1.OperationsServiceGrpc;
import io.seckill.v1.SeckillServiceGrpc;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a client sees of the API without asking for anything: health, reflection, and that every method is served. */
class ApiSurfaceIT {
    private static TestServer test;

    @BeforeAll
    static void start() {
        test = new TestServer();
    }

    @AfterAll
    static void stop() {
        test.close();
    }

    @Test
    void everyServiceSaysThatItServes() {
        for (String service : List.of("", SeckillServiceGrpc.SERVICE_NAME, OperationsServiceGrpc.SERVICE_NAME)) {
            assertThat(HealthGrpc.newBlockingStub(test.channel)
                            .check(HealthCheckRequest.newBuilder()
                                    .setService(service)
                                    .build())
                            .getStatus())
                    .isEqualTo(ServingStatus.SERVING);
        }
    }

    @Test
    void healthOfAServiceWithALongNameIsNotFound() {
        StatusRuntimeException failure = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> HealthGrpc.newBlockingStub(test.channel)
                        .check(HealthCheckRequest.newBuilder()
                                .setService("秒杀".repeat(10_000))
                                .build()));

        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
    }

    @Test
    void reflectionListsTheServicesAndDescribesARequest() throws Exception {
        ServerReflectionResponse file = reflect(
                test.channel,
                ServerReflectionRequest.newBuilder()
                        .setFileContainingSymbol("seckill.v1.SeckillRequest")
                        .build());

        assertThat(services(test.channel))
                .contains("seckill.v1.SeckillService", "seckill.v1.ActivityService", "seckill.v1.OperationsService");
        FileDescriptorProto descriptor =
                FileDescriptorProto.parseFrom(file.getFileDescriptorResponse().getFileDescriptorProto(0));
        assertThat(descriptor.getName()).isEqualTo("seckill/v1/seckill_service.proto");
    }

    @Test
    void everyMethodIsServedAndRefusesAnEmptyRequest() {
        List<MethodDescriptor<?, ?>> methods = new ArrayList<>();
        methods.addAll(SeckillServiceGrpc.getServiceDescriptor().getMethods());
        methods.addAll(OperationsServiceGrpc.getServiceDescriptor().getMethods());
        for (MethodDescriptor<?, ?> method : methods) {
            if (!method.getType().clientSendsOneMessage()) {
                continue;
            }
            StatusRuntimeException failure = callEmpty(method);
            assertThat(failure.getStatus().getCode())
                    .as(method.getFullMethodName())
                    .isEqualTo(Status.Code.INVALID_ARGUMENT);
            assertThat(TestServer.reason(failure)).isEqualTo("INVALID_REQUEST");
        }
    }

    private static <Q, A> StatusRuntimeException callEmpty(MethodDescriptor<Q, A> method) {
        try {
            Q empty = method.parseRequest(InputStream.nullInputStream());
            ClientCalls.blockingServerStreamingCall(test.channel, method, CallOptions.DEFAULT, empty)
                    .forEachRemaining(answer -> {
                        throw new AssertionError(method.getFullMethodName() + " answered " + answer);
                    });
            throw new AssertionError(method.getFullMethodName() + " did not fail");
        } catch (StatusRuntimeException e) {
            return e;
        }
    }

    /** The names of all services behind a channel. */
    static List<String> services(Channel channel) throws Exception {
        return reflect(
                        channel,
                        ServerReflectionRequest.newBuilder().setListServices("").build())
                .getListServicesResponse()
                .getServiceList()
                .stream()
                .map(service -> service.getName())
                .toList();
    }

    private static ServerReflectionResponse reflect(Channel channel, ServerReflectionRequest request) throws Exception {
        CompletableFuture<ServerReflectionResponse> answer = new CompletableFuture<>();
        StreamObserver<ServerReflectionRequest> call = ServerReflectionGrpc.newStub(channel)
                .serverReflectionInfo(new StreamObserver<>() {
                    @Override
                    public void onNext(ServerReflectionResponse response) {
                        answer.complete(response);
                    }

                    @Override
                    public void onError(Throwable failure) {
                        answer.completeExceptionally(failure);
                    }

                    @Override
                    public void onCompleted() {}
                });
        call.onNext(request);
        call.onCompleted();
        return answer.get(10, TimeUnit.SECONDS);
    }
}
