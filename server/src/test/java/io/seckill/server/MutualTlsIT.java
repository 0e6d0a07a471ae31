package io.seckill.server;

import static io.seckill.server.TestServer.request;
import static io.seckill.server.TestServer.sale;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.seckill.server.access.AccessSettings;
import io.seckill.server.access.TlsSettings;
import io.seckill.v1.ActivityServiceGrpc;
import io.seckill.v1.CreateActivityRequest;
import io.seckill.v1.ListActivitiesRequest;
import io.seckill.v1.PreheatActivityRequest;
import io.seckill.v1.SeckillResponse.Outcome;
import io.seckill.v1.SeckillServiceGrpc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that say by a certificate who they are, and certificates that change while the server serves. */
class MutualTlsIT {
    private static final Duration SOON = Duration.ofSeconds(15);

    @TempDir
    private static Path directory;

    private static TestCertificate server;
    private static TestCertificate nextServer;
    private static TestCertificate admin;
    private static TestCertificate bff;

    private final List<ManagedChannel> channels = new ArrayList<>();
    private Path certificate;
    private Path key;
    private Path clientCa;
    private TestServer test;

    @BeforeAll
    static void makeCertificates() {
        server = TestCertificate.of(directory, "CN=seckill");
        nextServer = TestCertificate.of(directory, "CN=seckill");
        admin = TestCertificate.of(directory, "CN=operations,OU=admin,O=shop");
        bff = TestCertificate.of(directory, "CN=shop,OU=bff,O=shop");
    }

    @BeforeEach
    void start() throws IOException {
        certificate = Files.writeString(directory.resolve("server.pem"), server.certificate());
        key = Files.writeString(directory.resolve("server.key"), server.key());
        clientCa = Files.writeString(directory.resolve("clients.pem"), admin.certificate());
        test = new TestServer(TestServer.fresh()
                .withAccess(new AccessSettings(
                        Optional.empty(),
                        Optional.of(new TlsSettings(certificate, key, Optional.of(clientCa))),
                        false)));
    }

    @AfterEach
    void stop() {
        channels.forEach(ManagedChannel::shutdownNow);
        test.close();
    }

    @Test
    void theUnitOfACertificateIsARole() throws IOException {
        Files.writeString(clientCa, admin.certificate() + bff.certificate());
        Awaitility.await().atMost(SOON).ignoreExceptions().until(() -> isHealthy(connect(server, bff)));
        ManagedChannel operations = connect(server, admin);
        ManagedChannel shop = connect(server, bff);
        long activity = ActivityServiceGrpc.newBlockingStub(operations)
                .createActivity(
                        CreateActivityRequest.newBuilder().setActivity(sale(5)).build())
                .getActivity()
                .getActivityId();
        PreheatActivityRequest preheat =
                PreheatActivityRequest.newBuilder().setActivityId(activity).build();

        StatusRuntimeException refused =
                failure(() -> ActivityServiceGrpc.newBlockingStub(shop).preheatActivity(preheat));
        assertThat(TestServer.reason(refused)).isEqualTo("ROLE_REQUIRED");
        assertThat(refused).hasMessageContaining("this method is for admin, the caller is bff");

        assertThat(ActivityServiceGrpc.newBlockingStub(operations)
                        .preheatActivity(preheat)
                        .getActivity()
                        .hasPreheatTime())
                .isTrue();
        assertThat(SeckillServiceGrpc.newBlockingStub(shop)
                        .seckill(request(activity, 7, "r", 1001, 1))
                        .getOutcome())
                .isEqualTo(Outcome.ACCEPTED);
    }

    @Test
    void withoutACertificateOnlyHealthIsServed() {
        ManagedChannel nobody = connect(server, null);

        assertThat(isHealthy(nobody)).isTrue();
        StatusRuntimeException refused = failure(() -> list(nobody));
        assertThat(TestServer.reason(refused)).isEqualTo("NOT_AUTHENTICATED");
        assertThat(refused).hasMessageContaining("(expected: a client certificate)");

        StatusRuntimeException token = failure(() -> ActivityServiceGrpc.newBlockingStub(connect(server, admin))
                .withInterceptors(TestServer.bearer("a.b.c"))
                .listActivities(ListActivitiesRequest.getDefaultInstance()));
        assertThat(TestServer.reason(token)).as("a token is never ignored").isEqualTo("TOKEN_INVALID");
    }

    @Test
    void strangersAndPlaintextDoNotGetIn() {
        TestCertificate stranger = TestCertificate.of(directory, "CN=operations,OU=admin,O=shop");

        assertThat(failure(() -> list(connect(server, stranger))).getStatus().getCode())
                .isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(failure(() -> list(test.channel)).getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    }

    @Test
    void certificatesAreReplacedWithoutARestart() throws IOException {
        ManagedChannel before = connect(server, admin);
        list(before);
        assertThat(failure(() -> list(connect(nextServer, admin))).getStatus().getCode())
                .isEqualTo(Status.Code.UNAVAILABLE);

        Files.writeString(certificate, nextServer.certificate()); // its key is not there yet
        list(connect(server, admin));
        Files.writeString(key, nextServer.key());

        Awaitility.await().atMost(SOON).ignoreExceptions().until(() -> list(connect(nextServer, admin)));
        assertThat(failure(() -> list(connect(server, admin))).getStatus().getCode())
                .isEqualTo(Status.Code.UNAVAILABLE);
        list(before);
    }

    @Test
    void whoIsTrustedChangesWithoutARestart() throws IOException {
        list(connect(server, admin));

        Files.writeString(clientCa, bff.certificate());

        Awaitility.await().atMost(SOON).until(() -> !isServed(connect(server, admin)));
        assertThat(failure(() -> list(connect(server, admin))).getStatus().getCode())
                .isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(TestServer.reason(failure(() -> list(connect(server, bff))))).isEqualTo("ROLE_REQUIRED");
    }

    private static boolean isHealthy(ManagedChannel channel) {
        return HealthGrpc.newBlockingStub(channel)
                        .check(HealthCheckRequest.getDefaultInstance())
                        .getStatus()
                == ServingStatus.SERVING;
    }

    private static boolean isServed(ManagedChannel channel) {
        try {
            return list(channel);
        } catch (StatusRuntimeException e) {
            return false;
        }
    }

    private static boolean list(ManagedChannel channel) {
        return ActivityServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(10, TimeUnit.SECONDS)
                .listActivities(ListActivitiesRequest.getDefaultInstance())
                .isInitialized();
    }

    private static StatusRuntimeException failure(Runnable call) {
        return catchThrowableOfType(StatusRuntimeException.class, call::run);
    }

    /** A connection of its own that trusts one server. */
    private ManagedChannel connect(TestCertificate trusted, @Nullable TestCertificate shown) {
        try {
            TlsChannelCredentials.Builder credentials =
                    TlsChannelCredentials.newBuilder().trustManager(trusted.certificateStream());
            if (shown != null) {
                credentials.keyManager(shown.certificateStream(), shown.keyStream());
            }
            ManagedChannel channel = NettyChannelBuilder.forAddress(
                            "127.0.0.1", test.server.port(), credentials.build())
                    .build();
            channels.add(channel);
            return channel;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
