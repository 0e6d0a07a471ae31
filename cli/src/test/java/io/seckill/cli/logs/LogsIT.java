package io.seckill.cli.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.seckill.cli.Finished;
import io.seckill.embedded.PostgresProcess;
import io.seckill.embedded.SharedServers;
import io.seckill.migrations.PostgresSettings;
import io.seckill.migrations.SchemaMigrator;
import io.seckill.server.ServerMain;
import io.seckill.stock.RedisSettings;
import io.seckill.v1.Item;
import io.seckill.v1.SeckillRequest;
import io.seckill.v1.SeckillServiceGrpc;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.api.stream.StreamAddArgs;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;

/** What the log of a real server has in it, and what it has not, at the level that says most. */
@Timeout(120)
class LogsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long USER = 770_000_042L;

    /** Of {@link #USER}: {@code printf 770000042 | openssl dgst -sha256 -hmac 0123456789abcdef}, 16 digits of it. */
    private static final String PSEUDONYM = "u:5a3a9ab366455887";

    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final int STRANGERS = 40;

    @TempDir
    private Path dir;

    private final String redisUrl = SharedServers.freshRedisUrl();
    private final String jdbcUrl = SharedServers.freshJdbcUrl();
    private ECKey signer;
    private Path log;
    private Process server;

    @AfterEach
    void kill() {
        server.destroyForcibly();
    }

    @Test
    void everyLineIsAnObjectThatTellsNeitherTokensNorUsers() throws Exception {
        start();
        String address = said("server ready: gRPC on (\\S+)");
        String admin = token("operations", "admin");
        String buyer = token(Long.toString(USER), "buyer");
        String[] create = {"activity", "create", "--name", "sale", "--product", "1001:5", "--preheat"};
        assertThat(call(address, admin, create).exit()).isZero();
        assertThat(call(address, buyer, "buy", "--activity", "1", "--user", "" + USER, "--item", "1001")
                        .exit())
                .isZero();
        callForAnother(address, buyer);
        assertThat(call(address, buyer, "activity", "list").exit()).isEqualTo(1);
        for (int i = 0; i < STRANGERS; i++) {
            stranger(address, i);
        }
        plantLetter();
        assertThat(call(address, admin, "dlq", "discard", "--activity", "1", "0:1-1", "--yes")
                        .exit())
                .isZero();
        String metrics = get(said("metrics and health on (\\S+)"));
        server.destroy();
        assertThat(server.waitFor(60, TimeUnit.SECONDS)).isTrue();

        List<JsonObject> lines = lines();
        assertThat(lines)
                .hasSizeGreaterThan(10)
                .allSatisfy(line ->
                        assertThat(line.keySet()).contains("timestamp", "level", "logger", "thread", "message"));
        JsonObject foreign = with("FOREIGN_USER", lines);
        assertThat(foreign.get("level").getAsString()).isEqualTo("WARN");
        assertThat(foreign.get("message").getAsString())
                .isEqualTo("seckill.v1.SeckillService/Seckill is refused to a caller at 127.0.0.1: FOREIGN_USER");
        assertThat(foreign.get("request_id").getAsString()).isEqualTo("click-7");
        assertThat(foreign.get("activity_id").getAsString()).isEqualTo("1");
        assertThat(foreign.get("trace_id").getAsString()).isEqualTo(TRACE);
        assertThat(with("ROLE_REQUIRED", lines).get("message").getAsString()).contains("ListActivities");
        assertThat(with("discarding dead letter", lines).get("message").getAsString())
                .contains("uid=" + PSEUDONYM);

        // What is not written is counted: by the metric, and at the end by the log.
        assertThat(metrics)
                .contains("seckill_refused_calls_total{reason=\"FOREIGN_USER\"} 1.0\n")
                .contains("seckill_refused_calls_total{reason=\"ROLE_REQUIRED\"} 1.0\n")
                .contains("seckill_refused_calls_total{reason=\"NOT_AUTHENTICATED\"} " + STRANGERS / 2 + ".0\n")
                .contains("seckill_refused_calls_total{reason=\"TOKEN_INVALID\"} " + STRANGERS / 2 + ".0\n");
        long refused = lines.stream()
                .filter(line -> line.get("message").getAsString().contains("is refused to a caller at 127"))
                .count();
        JsonObject summary = with("is refused to a caller at {}", lines);
        assertThat(refused).isLessThan(STRANGERS);
        assertThat(refused + summary.get("left_out").getAsLong()).isEqualTo(STRANGERS + 2);

        String text = Files.readString(log);
        assertThat(text)
                .doesNotContain(admin, buyer, "recognisable-token", "eyJ", Long.toString(USER), "0123456789abcdef");
    }

    private void start() throws Exception {
        signer = new ECKeyGenerator(Curve.P_256).keyID("k").generate();
        Path keys = Files.writeString(dir.resolve("keys.json"), new JWKSet(signer).toString(true));
        Path userKey = Files.writeString(dir.resolve("user-key"), "0123456789abcdef\n");
        SchemaMigrator.migrate(PostgresSettings.of(jdbcUrl, PostgresProcess.USER, ""));
        log = dir.resolve("log");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                ServerMain.class.getName()));
        command.addAll(List.of("--grpc-port=0", "--admin-port=0", "--drain-wait=0s"));
        command.addAll(List.of("--redis-url=" + redisUrl, "--jdbc-url=" + jdbcUrl, "--jdbc-user=postgres"));
        command.addAll(List.of("--jwt-jwks=" + keys, "--jwt-issuer=issuer", "--jwt-audience=seckill"));
        command.addAll(List.of("--log-format=json", "--log-level=TRACE", "--log-user-key-file=" + userKey));
        // Nobody is there, which is all the same to the ids of a trace.
        command.add("--otlp-endpoint=http://127.0.0.1:1");
        server = new ProcessBuilder(command)
                .redirectOutput(dir.resolve("out").toFile())
                .redirectError(log.toFile())
                .start();
    }

    private static Finished call(String address, String token, String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--server", address));
        return Finished.run(Map.of("SECKILL_TOKEN", token), all.toArray(String[]::new));
    }

    private static void callForAnother(String address, String token) {
        SeckillRequest request = SeckillRequest.newBuilder()
                .setActivityId(1)
                .setUserId(USER + 1)
                .setRequestId("click-7")
                .addItems(Item.newBuilder().setProductId(1001).setQuantity(1))
                .build();
        assertRefused(
                address,
                Map.of("authorization", "Bearer " + token, "traceparent", "00-" + TRACE + "-00f067aa0ba902b7-01"),
                request);
    }

    /** One who shows nothing, or something that is no token. */
    private static void stranger(String address, int number) {
        assertRefused(
                address,
                number % 2 == 0 ? Map.of() : Map.of("authorization", "Bearer recognisable-token"),
                SeckillRequest.getDefaultInstance());
    }

    private static void assertRefused(String address, Map<String, String> headers, SeckillRequest request) {
        Metadata metadata = new Metadata();
        headers.forEach((name, value) -> metadata.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value));
        ManagedChannel channel =
                NettyChannelBuilder.forTarget(address).usePlaintext().build();
        try {
            SeckillServiceGrpc.SeckillServiceBlockingStub stub = SeckillServiceGrpc.newBlockingStub(channel)
                    .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata));
            assertThatThrownBy(() -> stub.seckill(request)).isInstanceOf(StatusRuntimeException.class);
        } finally {
            channel.shutdownNow();
        }
    }

    private void plantLetter() {
        RedisSettings settings = RedisSettings.of(redisUrl);
        Config config = new Config();
        config.useSingleServer()
                .setAddress(settings.address())
                .setDatabase(settings.database())
                .setConnectionMinimumIdleSize(1);
        RedissonClient redis = Redisson.create(config);
        try {
            redis.<String, String>getStream("stream:seckill:{1.0}:dlq", StringCodec.INSTANCE)
                    .add(
                            new org.redisson.api.stream.StreamMessageId(1, 1),
                            StreamAddArgs.entries(Map.of(
                                    "reason",
                                    "DATA_ERROR",
                                    "detail",
                                    "planted",
                                    "sqlstate",
                                    "23514",
                                    "attempts",
                                    "3",
                                    "stream",
                                    "stream:seckill:{1.0}:1001",
                                    "id",
                                    "1-1",
                                    "f:uid",
                                    Long.toString(USER))));
        } finally {
            redis.shutdown();
        }
    }

    private String token(String subject, String role) throws Exception {
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("k").build(),
                new JWTClaimsSet.Builder()
                        .issuer("issuer")
                        .audience("seckill")
                        .subject(subject)
                        .claim("roles", role)
                        .expirationTime(Date.from(Instant.now().plusSeconds(300)))
                        .build());
        token.sign(new ECDSASigner(signer));
        return token.serialize();
    }

    /** What the log says in the group of a pattern, once it does. */
    private String said(String pattern) throws IOException {
        await().atMost(PATIENCE)
                .until(() -> Pattern.compile(pattern).matcher(text()).find());
        Matcher matcher = Pattern.compile(pattern).matcher(text());
        assertThat(matcher.find()).isTrue();
        return matcher.group(1).replaceAll("[\",}].*", "");
    }

    private String text() throws IOException {
        return Files.readString(log);
    }

    private List<JsonObject> lines() throws IOException {
        return Files.readAllLines(log).stream()
                .map(line -> JsonParser.parseString(line).getAsJsonObject())
                .toList();
    }

    private static JsonObject with(String words, List<JsonObject> lines) {
        return lines.stream()
                .filter(line -> line.get("message").getAsString().contains(words))
                .findFirst()
                .orElseThrow(() -> new AssertionError(words + " is in none of: " + lines));
    }

    private static String get(String url) throws Exception {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
