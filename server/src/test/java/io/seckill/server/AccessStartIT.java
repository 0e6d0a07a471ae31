package io.seckill.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seckill.server.access.AccessSettings;
import io.seckill.server.access.TlsSettings;
import io.seckill.server.access.TokenSettings;
import io.seckill.settings.CommandRunner;
import io.seckill.settings.StartFailure;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server does not start where strangers could call it, unless that was said in words. */
class AccessStartIT {
    @TempDir
    private Path directory;

    @Test
    void withoutAuthenticationOnlyTheLoopbackInterfaceIsListenedOn() {
        assertThatThrownBy(() -> SeckillServer.start(on("0.0.0.0"), Clock.systemUTC()))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("grpc-host: 0.0.0.0 (expected: an address of the loopback interface")
                .hasMessageContaining("--jwt-jwks")
                .hasMessageContaining("--tls-client-ca")
                .hasMessageContaining("--insecure-without-authentication");
    }

    @Test
    void whoSaysItInWordsIsServedEverywhere() {
        AccessSettings open = new AccessSettings(Optional.empty(), Optional.empty(), true);
        try (TestServer everywhere = new TestServer(on("0.0.0.0").withAccess(open))) {
            assertThat(everywhere.create(TestServer.sale(1))).isPositive();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.0.0.9", "localhost", "::1"})
    void loopbackIsSafe(String host) {
        assertThat(AccessSettings.LOCAL.whyNotOn(host)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.1", "no such host"})
    void nothingElseIs(String host) {
        assertThat(AccessSettings.LOCAL.whyNotOn(host)).isPresent();
    }

    @Test
    void tlsAloneAuthenticatesNobody() throws IOException {
        Path file = Files.createFile(directory.resolve("some.pem"));
        TlsSettings tls = new TlsSettings(file, file, Optional.empty());

        assertThat(new AccessSettings(Optional.empty(), Optional.of(tls), false).whyNotOn("0.0.0.0"))
                .isPresent();
    }

    @Test
    void filesThatAreNoCertificatesAreNamedAndNotShown() throws IOException {
        TestCertificate one = TestCertificate.of(directory, "CN=one");
        TestCertificate other = TestCertificate.of(directory, "CN=other");
        Path certificate = Files.writeString(directory.resolve("certificate.pem"), one.certificate());

        assertThatThrownBy(() -> start(certificate, "secret-word"))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("--tls-key is no private key")
                .hasMessageNotContaining("secret-word");
        assertThatThrownBy(() -> start(certificate, other.key()))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("--tls-key is not the key of --tls-certificate");
        Files.writeString(certificate, "");
        assertThatThrownBy(() -> start(certificate, one.key()))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("--tls-certificate holds no certificate");
    }

    @Test
    void keysThatAreNotThereAreNamed() {
        TokenSettings tokens = new TokenSettings(
                directory.resolve("keys.json").toString(), "issuer", "audience", List.of("RS256"), "roles");
        AccessSettings access = new AccessSettings(Optional.of(tokens), Optional.empty(), false);

        assertThatThrownBy(() -> SeckillServer.start(TestServer.fresh().withAccess(access), Clock.systemUTC()))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("--jwt-jwks: no keys can be read from " + directory.resolve("keys.json"));
    }

    @Test
    void everyBadSettingIsReportedTogether() {
        assertThat(faults("--grpc-host=0.0.0.0", "--jwt-issuer=i", "--tls-key=k", "--tls-client-ca=c"))
                .contains("jwt-issuer: i (expected: nothing without --jwt-jwks)")
                .contains("tls-key: k (expected: nothing without --tls-certificate)")
                .contains("tls-client-ca: c (expected: nothing without --tls-certificate)");
        assertThat(faults("--grpc-host=0.0.0.0")).contains("grpc-host: 0.0.0.0 (expected: ");
        assertThat(faults("--grpc-host=0.0.0.0", "--jwt-jwks=/nowhere", "--jwt-algorithms=RS256,none"))
                .contains("jwt-jwks: '/nowhere' (expected: a file that can be read, or https://")
                .contains("jwt-issuer: '' (expected: what iss must be")
                .contains("jwt-audience: '' (expected: what aud must have in it")
                .contains("jwt-algorithms: RS256,none (expected: some of RS256,")
                .doesNotContain("grpc-host");
        assertThat(faults(
                        "--tls-certificate=/nowhere", "--insecure-without-authentication", "--jwt-jwks=http://a.test"))
                .contains("tls-certificate: '/nowhere' (expected: a file that can be read)")
                .contains("tls-key: '' (expected: a file that can be read)")
                .contains("jwt-jwks: http://a.test (expected: ")
                .contains("insecure-without-authentication: given (expected: only without");
        assertThat(faults("--jwt-jwks=https://me:secret-word@issuer.test/keys"))
                .contains("jwt-jwks: a URL with a user (expected: ")
                .doesNotContain("secret-word");
    }

    private static String faults(String... flags) {
        StringWriter err = new StringWriter();
        int exit = new CommandRunner(new ServerMain(), Map.of())
                .run(new PrintWriter(err, true), new PrintWriter(err, true), flags);
        assertThat(exit).isEqualTo(CommandRunner.EXIT_USAGE);
        return err.toString();
    }

    private void start(Path certificate, String key) throws IOException {
        Path file = Files.writeString(directory.resolve("key.pem"), key);
        TlsSettings tls = new TlsSettings(certificate, file, Optional.empty());
        SeckillServer.start(
                        TestServer.fresh().withAccess(new AccessSettings(Optional.empty(), Optional.of(tls), false)),
                        Clock.systemUTC())
                .close();
    }

    private static ServerSettings on(String host) {
        ServerSettings local = TestServer.fresh();
        return new ServerSettings(
                new ServerSettings.Grpc(host, 0, Duration.ZERO, Duration.ofSeconds(10)),
                local.batch(),
                local.redis(),
                local.postgres());
    }
}
