package io.seckill.cli.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seckill.bench.AuditReport;
import io.seckill.bench.LoadReport;
import io.seckill.embedded.FreePorts;
import io.seckill.embedded.RedisSentinel;
import io.seckill.settings.StartFailure;
import io.seckill.stock.AcknowledgePolicy;
import io.seckill.stock.RedisSettings;
import io.seckill.stock.StockRedis;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same server and worker behind Sentinels that promote a replica. */
class SentinelIT {
    private static final int BUYERS = 600;

    /** So that the promoted one has one of its own. */
    private static final int REPLICAS = 2;

    @TempDir
    private Path dir;

    @Test
    void orderThatWasToldOutlivesTheMaster() throws Exception {
        try (RedisSentinel redis = RedisSentinel.start(dir, REPLICAS);
                SaleBed bed = new SaleBed(redis.url(), AcknowledgePolicy.onReplica(Duration.ofMillis(200)))) {
            RedisSettings otherName = RedisSettings.of(redis.url().replace(RedisSentinel.MASTER_NAME, "nobody"));
            assertThatThrownBy(() -> StockRedis.connect(otherName, "test"))
                    .isInstanceOf(StartFailure.class)
                    .hasMessageContaining("/nobody is not reachable")
                    .hasMessageContaining("Master node is undefined");
            int first = redis.masterPort();
            long activity = bed.openSale(BUYERS, Duration.ofMinutes(15));
            AtomicBoolean killed = new AtomicBoolean();
            LoadReport load = bed.sell(activity, BUYERS, done -> {
                if (done >= BUYERS / 3 && killed.compareAndSet(false, true)) {
                    redis.killMaster();
                }
            });
            assertThat(killed).isTrue();
            assertThat(redis.masterPort()).isNotEqualTo(first);
            assertThat(load.told().unresolvedUsers()).isEmpty();
            AuditReport audit = bed.audit(activity, load);
            assertThat(audit.findings()).isEmpty();
            assertThat(audit.ok()).as("%s", audit).isTrue();
        }
    }

    @Test
    void sentinelsThatAreNotThereOrKnowNoSuchMasterAreNamed() {
        RedisSettings nobody = RedisSettings.of("redis+sentinel://:s3cret@127.0.0.1:" + FreePorts.next() + "/sales");
        assertThatThrownBy(() -> StockRedis.connect(nobody, "test"))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining(nobody.address())
                .hasMessageNotContaining("s3cret");
    }
}
