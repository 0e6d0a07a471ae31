package io.seckill.server.tokens;

import static io.seckill.server.tokens.TestIssuer.EC;
import static io.seckill.server.tokens.TestIssuer.sign;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.jwk.ECKey;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.seckill.server.failure.Reason;
import io.seckill.server.failure.RequestFailure;
import io.seckill.settings.StartFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Keys that an issuer publishes are read from it seldom, and never by a call. */
class KeysFromTheWebIT {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-11T00:00:00Z"), ZoneOffset.UTC);
    private static final ECKey NEXT = TestIssuer.ec("ec-2");

    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicLong nanos = new AtomicLong();
    private final String known = token(EC);
    private final String unknown = token(NEXT);
    private volatile String published = TestIssuer.jwks(EC.toPublicJWK());
    private volatile int status = 200;
    private HttpServer web;

    @BeforeEach
    void publish() throws IOException {
        web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        web.createContext("/keys", this::answer);
        web.start();
    }

    @AfterEach
    void stop() {
        web.stop(0);
    }

    @Test
    void unknownKeysAskTheIssuerOnceInAWhile() {
        try (TokenVerifier verifier = open()) {
            for (int i = 0; i < 100; i++) {
                assertThat(refusal(verifier, unknown)).isEqualTo(Reason.TOKEN_INVALID);
            }
            awaitRequests(2);
            published = TestIssuer.jwks(EC.toPublicJWK(), NEXT.toPublicJWK());
            pass(Duration.ofSeconds(9));
            assertThat(refusal(verifier, unknown)).isEqualTo(Reason.TOKEN_INVALID);

            pass(Duration.ofSeconds(1));
            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .ignoreException(RequestFailure.class)
                    .untilAsserted(
                            () -> assertThat(verifier.verify(unknown).subject()).isEqualTo("42"));
            assertThat(requests).hasValue(3);
            assertThat(verifier.verify(known).subject()).isEqualTo("42");
        }
    }

    @Test
    void anIssuerThatIsAwayChangesNothingForADay() {
        try (TokenVerifier verifier = open()) {
            status = 500;
            assertThat(refusal(verifier, unknown)).isEqualTo(Reason.TOKEN_INVALID);
            awaitRequests(2);
            assertThat(verifier.verify(known).subject()).isEqualTo("42");

            pass(KeyRing.MAX_UNREAD);
            assertThat(verifier.verify(known).subject()).isEqualTo("42");
            pass(Duration.ofNanos(1));
            assertThat(refusal(verifier, known)).isEqualTo(Reason.TOKEN_KEYS_UNAVAILABLE);
        }
    }

    @Test
    void anIssuerThatIsAwayAtTheStartIsNamed() {
        status = 503;
        assertThatThrownBy(this::open)
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("--jwt-jwks: no keys can be read from http://127.0.0.1:")
                .hasMessageContaining("503");
    }

    private TokenVerifier open() {
        int port = web.getAddress().getPort();
        return TokenVerifier.open(TestIssuer.settings("http://127.0.0.1:" + port + "/keys"), CLOCK, nanos::get);
    }

    private static String token(ECKey key) {
        return sign(TestIssuer.claims("42", CLOCK.instant(), "buyer").build(), key);
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private void awaitRequests(int count) {
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> requests.get() == count);
    }

    private static Reason refusal(TokenVerifier verifier, String token) {
        return catchThrowableOfType(RequestFailure.class, () -> verifier.verify(token))
                .reason();
    }

    private void answer(HttpExchange exchange) throws IOException {
        byte[] body = published.getBytes(StandardCharsets.UTF_8);
        requests.incrementAndGet();
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
