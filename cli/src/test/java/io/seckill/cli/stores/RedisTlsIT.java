package io.seckill.cli.stores;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seckill.embedded.FreePorts;
import io.seckill.embedded.RedisProcess;
import io.seckill.settings.StartFailure;
import io.seckill.stock.Answers;
import io.seckill.stock.PoolReader;
import io.seckill.stock.RedisAccess;
import io.seckill.stock.RedisSettings;
import io.seckill.stock.RedisTls;
import io.seckill.stock.ShardId;
import io.seckill.stock.StockRedis;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Redis behind TLS, and what is said of a certificate that is not as it should be. */
class RedisTlsIT {
    private static final Duration TIMEOUT = Duration.ofMillis(800);
    private static final Optional<RedisTls.Pair> NOTHING_SHOWN = Optional.empty();

    @TempDir
    private static Path dir;

    private static RedisProcess redis;
    private static StoreCertificate here;
    private static StoreCertificate elsewhere;

    @BeforeAll
    static void start() {
        here = StoreCertificate.of(dir, "ip:127.0.0.1");
        elsewhere = StoreCertificate.of(dir, "dns:elsewhere.example");
        redis = RedisProcess.start(dir, FreePorts.next(), Map.of("requirepass", "s3cret"));
    }

    @AfterAll
    static void stop() {
        redis.close();
    }

    @Test
    void certificateOfTheCaAndTheHostIsTrusted() {
        try (TlsProxy proxy = proxy(here, false)) {
            assertWorks(settings(proxy, trusting(here)));
        }
    }

    @Test
    void certificateOfAnotherCaIsNot() {
        try (TlsProxy proxy = proxy(here, false)) {
            assertRefused(
                    settings(proxy, trusting(elsewhere)),
                    "is not trusted",
                    "is --redis-ca the file of the CA that signed it?");
            assertRefused(settings(proxy, RedisTls.USUAL), "is not trusted", "--redis-ca");
        }
    }

    @Test
    void certificateOfAnotherHostIsNotUnlessToldSo() {
        try (TlsProxy proxy = proxy(elsewhere, false)) {
            assertRefused(settings(proxy, trusting(elsewhere)), "shows a certificate of another host", "--redis-url");
            assertWorks(settings(proxy, new RedisTls(Optional.of(elsewhere.certificate()), NOTHING_SHOWN, true)));
            // Any host, but not any CA.
            assertRefused(
                    settings(proxy, new RedisTls(Optional.of(here.certificate()), NOTHING_SHOWN, true)),
                    "is not trusted");
        }
    }

    @Test
    void certificateIsShownToARedisThatAsksForOne() {
        try (TlsProxy proxy = proxy(here, true)) {
            assertWorks(settings(proxy, showing(elsewhere)));
            assertRefused(
                    settings(proxy, trusting(here)),
                    "wants to see a certificate",
                    "--redis-certificate and --redis-key");
            assertRefused(settings(proxy, showing(here)), "wants to see a certificate that it trusts");
        }
    }

    @Test
    void redisWithoutTlsIsNamedAsSuch() {
        assertRefused(
                settings("rediss://127.0.0.1:" + redis.port(), access("s3cret").withTls(trusting(here))),
                "does not speak TLS on this port",
                "redis in place of rediss");
    }

    @Test
    void wrongAndMissingPasswordsSayWhatToDo() {
        assertRefused(
                settings(redis.url(), access("hunter2")),
                "does not know this user with this password",
                "SECKILL_REDIS_PASSWORD");
        assertRefused(settings(redis.url(), RedisAccess.OF_URL), "asks for a user and a password", "--redis-user");
    }

    private static TlsProxy proxy(StoreCertificate shown, boolean clientsShowCertificates) {
        return new TlsProxy(shown.serverThatTrusts(elsewhere), clientsShowCertificates, redis.port());
    }

    private static RedisTls trusting(StoreCertificate ca) {
        return new RedisTls(Optional.of(ca.certificate()), NOTHING_SHOWN, false);
    }

    private static RedisTls showing(StoreCertificate own) {
        return new RedisTls(
                Optional.of(here.certificate()), Optional.of(new RedisTls.Pair(own.certificate(), own.key())), false);
    }

    private static RedisSettings settings(TlsProxy proxy, RedisTls tls) {
        return settings("rediss://127.0.0.1:" + proxy.port(), access("s3cret").withTls(tls));
    }

    private static RedisSettings settings(String url, RedisAccess access) {
        return new RedisSettings(URI.create(url), TIMEOUT, 1, access);
    }

    private static RedisAccess access(String password) {
        return new RedisAccess("", password, "", "", RedisTls.USUAL);
    }

    private static void assertWorks(RedisSettings settings) {
        try (StockRedis stock = StockRedis.connect(settings, "test")) {
            assertThat(Answers.await(new PoolReader(stock).read(new ShardId(1, 0), List.of(1L))))
                    .isEmpty();
        }
    }

    private static void assertRefused(RedisSettings settings, String... what) {
        assertThatThrownBy(() -> StockRedis.connect(settings, "test").close())
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining(settings.address())
                .hasMessageContainingAll(what)
                .hasMessageNotContainingAny("s3cret", "hunter2");
    }
}
