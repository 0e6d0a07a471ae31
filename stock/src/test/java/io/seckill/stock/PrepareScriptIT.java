package io.seckill.stock;

import static io.seckill.stock.Ledger.HOUR;
import static io.seckill.stock.Ledger.SHARD;
import static io.seckill.stock.Ledger.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.redisson.client.codec.StringCodec;

/** The contract of {@code prepare.lua}. */
class PrepareScriptIT {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final Ledger ledger = new Ledger();

    @AfterEach
    void close() {
        ledger.close();
    }

    @Test
    void makesAnEmptyPoolWithStreamsAndGroups() {
        assertThat(prepare(3, 1001, 1002)).isEqualTo(PrepareScript.Outcome.PREPARED);

        Map<String, String> pool = ledger.hash(StockKeys.pool(SHARD)).readAllMap();
        assertThat(pool)
                .containsEntry("epoch", "3")
                .containsEntry("state", "OPEN")
                .containsEntry("start", Long.toString(START.toEpochMilli()))
                .containsEntry("end", Long.toString(START.plus(HOUR).toEpochMilli()))
                .containsEntry("limit", "2")
                .containsEntry("rate:user", "0")
                .containsEntry("rate:activity", "0")
                .containsEntry("remaining:1001", "0")
                .containsEntry("cum:1002", "0")
                .containsEntry("alloc:1002", "2002")
                .containsEntry("reach:1001", "9")
                .containsEntry("want:1001", "0");
        assertThat(ledger.stream(1001).listGroups()).hasSize(1);
        assertThat(ledger.redis.client().getKeys().remainTimeToLive(StockKeys.pool(SHARD)))
                .as("a pool never expires")
                .isEqualTo(-1);
    }

    @Test
    void limitsOnRatesAreThoseOfThePool() {
        RateLimits rates = new RateLimits(5, Duration.ofSeconds(2), 10_000);
        ledger.prepare(START, START.plus(HOUR), 2, rates, Map.of(1001L, 1L));

        assertThat(ledger.hash(StockKeys.pool(SHARD)).readAllMap())
                .containsEntry("rate:user", "5")
                .containsEntry("rate:window", "2000")
                .containsEntry("rate:activity", "10000");
    }

    @Test
    void secondTimeChangesNothingButMakesAMissingGroupAgain() {
        prepare(3, 1001);
        ledger.hash(StockKeys.pool(SHARD)).put("remaining:1001", "17");
        ledger.stream(1001).removeGroup(StockKeys.GROUP);

        assertThat(prepare(3, 1001)).isEqualTo(PrepareScript.Outcome.ALREADY_PREPARED);
        assertThat(ledger.hash(StockKeys.pool(SHARD)).get("remaining:1001")).isEqualTo("17");
        assertThat(ledger.stream(1001).listGroups()).hasSize(1);
    }

    @Test
    void poolOfALaterEpochIsLeftAlone() {
        prepare(4, 1001);

        assertThat(prepare(3, 1001)).isEqualTo(PrepareScript.Outcome.STALE_EPOCH);
        assertThat(ledger.hash(StockKeys.pool(SHARD)).get("epoch")).isEqualTo("4");
    }

    @Test
    void poolOfAnEarlierEpochIsReplacedAsAWhole() {
        prepare(9, 1001);
        ledger.hash(StockKeys.pool(SHARD)).put("remaining:1001", "17");
        ledger.hash(StockKeys.pool(SHARD)).put("rate:tat", "1");

        assertThat(prepare(10, 1001)).isEqualTo(PrepareScript.Outcome.PREPARED);
        assertThat(ledger.hash(StockKeys.pool(SHARD)).readAllMap())
                .containsEntry("epoch", "10")
                .containsEntry("remaining:1001", "0")
                .doesNotContainKey("rate:tat");
    }

    @Test
    void fencedEpochIsNeverMadeAgain() {
        prepare(3, 1001);
        await(new FenceScript(ledger.redis).fence(SHARD, 3, List.of(1001L)));

        assertThat(prepare(2, 1001)).isEqualTo(PrepareScript.Outcome.STALE_EPOCH);
        assertThat(prepare(3, 1001)).isEqualTo(PrepareScript.Outcome.STALE_EPOCH);
        assertThat(prepare(4, 1001)).isEqualTo(PrepareScript.Outcome.PREPARED);
    }

    @Test
    void replacingWaitsUntilTheBuyersWereRestoredForThisEpoch() {
        prepare(3, 1001);
        RestoreBuyersScript restore = new RestoreBuyersScript(ledger.redis);
        await(restore.restore(SHARD, 4, "run", 0, true, List.of()));

        assertThat(replace(5)).isEqualTo(PrepareScript.Outcome.NOT_RESTORED);
        assertThat(ledger.hash(StockKeys.pool(SHARD)).get("epoch")).isEqualTo("3");
        assertThat(replace(4)).isEqualTo(PrepareScript.Outcome.PREPARED);
        assertThat(replace(4)).isEqualTo(PrepareScript.Outcome.ALREADY_PREPARED);
        assertThat(ledger.hash(StockKeys.pool(SHARD)).readAllMap()).doesNotContainKeys("restored", "restored:run");
    }

    @Test
    void streamKeyOfAnotherTypeFailsBeforeAnythingIsWritten() {
        ledger.redis
                .client()
                .getBucket(StockKeys.stream(SHARD, 1002), StringCodec.INSTANCE)
                .set("x");

        assertThatThrownBy(() -> prepare(3, 1001, 1002)).hasMessageContaining("expected: a stream");
        assertThat(ledger.redis.client().getKeys().countExists(StockKeys.pool(SHARD)))
                .isZero();
    }

    @Test
    void thousandProductsFit() {
        prepare(3, LongStream.rangeClosed(1, 1_000).toArray());

        assertThat(ledger.hash(StockKeys.pool(SHARD)).size()).isEqualTo(9 + 5 * 1_000);
    }

    private PrepareScript.Outcome replace(long epoch) {
        return await(ledger.prepare.replace(new PrepareScript.Pool(
                SHARD, epoch, START, START.plus(HOUR), 2, List.of(new PrepareScript.Product(1001, 2001, 9)))));
    }

    private PrepareScript.Outcome prepare(long epoch, long... productIds) {
        List<PrepareScript.Product> products = LongStream.of(productIds)
                .mapToObj(product -> new PrepareScript.Product(product, product + 1_000, 9))
                .toList();
        return await(
                ledger.prepare.prepare(new PrepareScript.Pool(SHARD, epoch, START, START.plus(HOUR), 2, products)));
    }
}
