package io.seckill.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.seckill.server.tokens.TestIssuer;
import io.seckill.v1.ActivityServiceGrpc;
import io.seckill.v1.OperationsServiceGrpc;
import io.seckill.v1.SeckillServiceGrpc;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every method of the API, called by every role and by nobody. */
class AuthorizationIT {
    private static final long USER = 42;
    private static final List<String> ROLES = List.of("buyer", "bff", "operator", "admin");

    /** Who may call what. A method that is missing here fails the test. */
    private static final String EXPECTED = """
            seckill.v1.SeckillService/Seckill                buyer bff          admin
            seckill.v1.SeckillService/SeckillStream          buyer bff          admin
            seckill.v1.SeckillService/PayOrder               buyer bff          admin
            seckill.v1.SeckillService/CancelOrder            buyer bff          admin
            seckill.v1.SeckillService/GetOrder               buyer bff operator admin
            seckill.v1.SeckillService/LookupOrder            buyer bff operator admin
            seckill.v1.SeckillService/ListOrders             buyer bff operator admin
            seckill.v1.SeckillService/WatchOrder             buyer bff operator admin
            seckill.v1.SeckillService/GetStock               buyer bff operator admin
            seckill.v1.SeckillService/WatchStock             buyer bff operator admin
            seckill.v1.ActivityService/GetActivity                     operator admin
            seckill.v1.ActivityService/ListActivities                  operator admin
            seckill.v1.ActivityService/CreateActivity                           admin
            seckill.v1.ActivityService/PreheatActivity                          admin
            seckill.v1.ActivityService/PauseActivity                            admin
            seckill.v1.ActivityService/ResumeActivity                           admin
            seckill.v1.ActivityService/EndActivity                              admin
            seckill.v1.ActivityService/AddStock                                 admin
            seckill.v1.OperationsService/ListDeadLetters               operator admin
            seckill.v1.OperationsService/DescribeStreams               operator admin
            seckill.v1.OperationsService/Reconcile                     operator admin
            seckill.v1.OperationsService/ReplayDeadLetters                      admin
            seckill.v1.OperationsService/DiscardDeadLetters                     admin
            grpc.reflection.v1.ServerReflection/ServerReflectionInfo   operator admin
            grpc.health.v1.Health/Check                                everybody
            grpc.health.v1.Health/Watch                                everybody
            """;

    private static final Pattern SPACES = Pattern.compile(" +");
    private static final List<ServiceDescriptor> SERVICES = List.of(
            SeckillServiceGrpc.getServiceDescriptor(),
            ActivityServiceGrpc.getServiceDescriptor(),
            OperationsServiceGrpc.getServiceDescriptor(),
            ServerReflectionGrpc.getServiceDescriptor(),
            HealthGrpc.getServiceDescriptor());

    @TempDir
    private static Path directory;

    private static TestServer test;
    private static ManagedChannel plain;

    @BeforeAll
    static void start() {
        test = new TestServer(
                TestIssuer.access(directory.resolve("keys.json")), TestIssuer.token("operations", "admin"));
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
    void everyServiceOfTheServerIsWalked() throws Exception {
        assertThat(ApiSurfaceIT.services(test.channel))
                .containsExactlyInAnyOrderElementsOf(
                        SERVICES.stream().map(ServiceDescriptor::getName).toList());
        assertThat(SERVICES.stream()
                        .flatMap(service -> service.getMethods().stream())
                        .map(MethodDescriptor::getFullMethodName))
                .containsExactlyInAnyOrderElementsOf(expected().keySet());
    }

    @Test
    void everyMethodIsServedToItsRolesAndToNobodyElse() {
        Map<String, Set<String>> expected = expected();
        List<String> wrong = new ArrayList<>();
        for (ServiceDescriptor service : SERVICES) {
            for (MethodDescriptor<?, ?> method : service.getMethods()) {
                Set<String> allowed = expected.getOrDefault(method.getFullMethodName(), Set.of());
                boolean everybody = allowed.contains("everybody");
                check(method, Optional.empty(), everybody ? "served" : "NOT_AUTHENTICATED", wrong);
                check(method, Optional.of("without"), everybody ? "served" : "ROLE_REQUIRED", wrong);
                for (String role : ROLES) {
                    boolean may = everybody || allowed.contains(role);
                    check(method, Optional.of(role), may ? "served" : "ROLE_REQUIRED", wrong);
                }
            }
        }

        assertThat(wrong).isEmpty();
    }

    private static Map<String, Set<String>> expected() {
        Map<String, Set<String>> expected = new TreeMap<>();
        EXPECTED.lines().forEach(line -> {
            List<String> words = SPACES.splitAsStream(line).toList();
            expected.put(words.get(0), Set.copyOf(words.subList(1, words.size())));
        });
        return expected;
    }

    private static void check(
            MethodDescriptor<?, ?> method, Optional<String> role, String expected, List<String> wrong) {
        String found = call(method, role);
        if (!found.equals(expected)) {
            wrong.add(method.getFullMethodName() + " by " + role + ": " + found + " (expected: " + expected + ")");
        }
    }

    /** Calls it with nothing but the user's own id, if there is a place for that. */
    private static <Q, A> String call(MethodDescriptor<Q, A> method, Optional<String> role) {
        Channel channel = role.map(name -> TestServer.bearer(TestIssuer.token(Long.toString(USER), name)))
                .map(token -> ClientInterceptors.intercept(plain, token))
                .orElse(plain);
        CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(10, TimeUnit.SECONDS);
        try {
            if (method.getType().clientSendsOneMessage()) {
                boolean unused = ClientCalls.blockingServerStreamingCall(channel, method, options, request(method))
                        .hasNext();
            } else {
                CompletableFuture<String> ended = new CompletableFuture<>();
                ClientCalls.asyncBidiStreamingCall(channel.newCall(method, options), new Ended<A>(ended))
                        .onCompleted();
                ended.join();
            }
            return "served";
        } catch (StatusRuntimeException e) {
            return outcome(e);
        } catch (CompletionException e) {
            return outcome((StatusRuntimeException) e.getCause());
        }
    }

    private static String outcome(StatusRuntimeException failure) {
        Status.Code code = failure.getStatus().getCode();
        return switch (code) {
            case UNAUTHENTICATED, PERMISSION_DENIED -> TestServer.reason(failure);
            case INVALID_ARGUMENT, NOT_FOUND -> "served";
            default -> failure.getStatus().toString();
        };
    }

    @SuppressWarnings("unchecked") // a message of the type of the one that it is built from
    private static <Q> Q request(MethodDescriptor<Q, ?> method) {
        Q empty = method.parseRequest(InputStream.nullInputStream());
        FieldDescriptor user = ((Message) empty).getDescriptorForType().findFieldByName("user_id");
        return user == null
                ? empty
                : (Q) ((Message) empty).toBuilder().setField(user, USER).build();
    }

    /** Tells how a call ended. */
    private record Ended<A>(CompletableFuture<String> how) implements StreamObserver<A> {
        @Override
        public void onNext(A answer) {}

        @Override
        public void onError(Throwable failure) {
            how.completeExceptionally(failure);
        }

        @Override
        public void onCompleted() {
            how.complete("served");
        }
    }
}
