package io.seckill.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.seckill.cli.Finished;
import io.seckill.cli.local.LocalParts;
import io.seckill.embedded.PostgresProcess;
import io.seckill.embedded.SharedServers;
import io.seckill.migrations.PostgresSettings;
import io.seckill.migrations.SchemaMigrator;
import io.seckill.server.SeckillServer;
import io.seckill.server.access.AccessSettings;
import io.seckill.server.access.TlsSettings;
import io.seckill.server.access.TokenSettings;
import io.seckill.stock.RedisSettings;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The operator's commands against a server that asks who calls, over TLS. */
class SecuredServerIT {
    private static final String PASSWORD = "password";
    private static final Base64.Encoder BASE64 = Base64.getMimeEncoder(64, new byte[] {'\n'});

    @TempDir
    private static Path directory;

    private static ECKey signer;
    private static Path certificate;
    private static Path key;
    private static SeckillServer server;

    @BeforeAll
    static void start() throws Exception {
        signer = new ECKeyGenerator(Curve.P_256).keyID("k").generate();
        Path keys = Files.writeString(directory.resolve("keys.json"), new JWKSet(signer).toString(true));
        makeCertificate();
        AccessSettings access = new AccessSettings(
                Optional.of(new TokenSettings(keys.toString(), "issuer", "seckill", List.of("ES256"), "roles")),
                Optional.of(new TlsSettings(certificate, key, Optional.of(certificate))),
                false);
        PostgresSettings postgres = PostgresSettings.of(SharedServers.freshJdbcUrl(), PostgresProcess.USER, "");
        SchemaMigrator.migrate(postgres);
        RedisSettings redis = RedisSettings.of(SharedServers.freshRedisUrl());
        server = new LocalParts(redis, postgres, Clock.systemUTC())
                .startServer(0, settings -> settings.withAccess(access));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void aTokenComesFromTheEnvironmentOrAFile() throws Exception {
        Map<String, String> admin = Map.of("SECKILL_TOKEN", token("operations", "admin"));
        Finished created =
                call(admin, "activity", "create", "--name", "sale", "--product", "1001:5", "--preheat", "--ca", ca());
        assertThat(created.exit()).as(created.err()).isZero();
        String id = created.out().replaceAll("(?s)activity (\\d+).*", "$1");

        Path file = Files.writeString(directory.resolve("token"), token("7", "buyer") + "\n");
        String[] buy = {"buy", "--activity", id, "--item", "1001", "--token-file", file.toString(), "--ca", ca()};
        assertThat(call(Map.of(), with(buy, "--user", "7")).out()).startsWith("ACCEPTED");
        Finished foreign = call(Map.of(), with(buy, "--user", "8"));
        assertThat(foreign.exit()).isEqualTo(1);
        assertThat(foreign.err())
                .hasLineCount(1)
                .contains("user_id: 8 (expected: ")
                .contains("(FOREIGN_USER)");
    }

    @Test
    void aCertificateServesAsWell() {
        Finished listed = call(
                Map.of(),
                "activity",
                "list",
                "--ca",
                ca(),
                "--client-certificate",
                ca(),
                "--client-key",
                key.toString());
        assertThat(listed.exit()).as(listed.err()).isZero();
    }

    @Test
    void refusalsAreOneLineAndDoNotShowTheToken() throws Exception {
        assertThat(call(Map.of(), "activity", "list", "--ca", ca()).err())
                .hasLineCount(1)
                .contains("the call does not say who makes it")
                .contains("(NOT_AUTHENTICATED)");
        String bff = token("shop", "bff");
        assertThat(call(Map.of(), "activity", "list", "--ca", ca(), "--token", bff)
                        .err())
                .hasLineCount(1)
                .contains("this method is for operator, admin, the caller is bff (ROLE_REQUIRED)")
                .doesNotContain(bff);
        assertThat(call(Map.of(), "activity", "list", "--ca", ca(), "--token", "secret-word")
                        .err())
                .hasLineCount(1)
                .contains("(TOKEN_INVALID)")
                .doesNotContain("secret-word");
    }

    @Test
    void aServerThatIsNotTrustedIsNotTold() throws Exception {
        Finished finished = call(Map.of(), "activity", "list", "--tls", "--token", token("operations", "admin"));

        assertThat(finished.exit()).isEqualTo(1);
        assertThat(finished.err())
                .hasLineCount(1)
                .contains("no TLS connection to 127.0.0.1:")
                .contains("--ca");
    }

    @Test
    void badCredentialsAreReportedTogether() throws Exception {
        Finished finished = call(
                Map.of("SECKILL_TOKEN", "secret word"),
                "activity",
                "list",
                "--token-file",
                "/nowhere",
                "--ca",
                "/nowhere",
                "--client-key",
                key.toString());

        assertThat(finished.exit()).isEqualTo(2);
        assertThat(finished.err())
                .contains("token: has characters that no token has")
                .contains("--token and --token-file: both given (expected: one of them)")
                .contains("token-file: /nowhere (expected: a file that can be read)")
                .contains("ca: /nowhere (expected: a file that can be read)")
                .contains("--client-certificate and --client-key: one of them given (expected: both or none)")
                .doesNotContain("secret word");

        Path empty = Files.writeString(directory.resolve("empty"), " \n");
        assertThat(call(Map.of(), "activity", "list", "--token-file", empty.toString())
                        .err())
                .hasLineCount(1)
                .contains("(expected: a file with one token and nothing else)");
        assertThat(call(Map.of(), "activity", "list", "--ca", empty.toString()).err())
                .hasLineCount(1)
                .contains("have to be PEM");
    }

    private static String ca() {
        return certificate.toString();
    }

    private static String[] with(String[] words, String... more) {
        String[] all = List.of(words).toArray(new String[words.length + more.length]);
        System.arraycopy(more, 0, all, words.length, more.length);
        return all;
    }

    private static Finished call(Map<String, String> environment, String... words) {
        return Finished.run(environment, with(words, "--server", "127.0.0.1:" + server.port()));
    }

    private static String token(String subject, String role) throws Exception {
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

    /** One that vouches for itself, of the server and of an operator. */
    private static void makeCertificate() throws Exception {
        Path store = directory.resolve("store.p12");
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        Process process = new ProcessBuilder(List.of((keytool
                                + " -J-XX:TieredStopAtLevel=1 -genkeypair -alias it -keyalg EC -validity 2 -storetype PKCS12"
                                + " -ext san=ip:127.0.0.1 -storepass " + PASSWORD + " -keystore " + store
                                + " -dname CN=operations,OU=operator")
                        .split(" ", -1)))
                .inheritIO()
                .start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0)
                .isTrue();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        certificate = pem("CERTIFICATE", keys.getCertificate("it").getEncoded());
        key = pem("PRIVATE KEY", keys.getKey("it", PASSWORD.toCharArray()).getEncoded());
    }

    private static Path pem(String type, byte[] content) throws Exception {
        return Files.writeString(
                directory.resolve(type.replace(' ', '-') + ".pem"),
                "-----BEGIN " + type + "-----\n" + BASE64.encodeToString(content) + "\n-----END " + type + "-----\n");
    }
}
