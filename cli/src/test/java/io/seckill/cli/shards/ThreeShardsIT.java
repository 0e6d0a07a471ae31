package io.seckill.cli.shards;

import static io.seckill.cli.shards.ShardsBed.PRODUCT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.seckill.books.pools.PoolLedger;
import io.seckill.books.pools.PoolSynchronizer;
import io.seckill.stock.ShardId;
import io.seckill.stock.StockKeys;
import io.seckill.v1.CancelOrderRequest;
import io.seckill.v1.DescribeStreamsRequest;
import io.seckill.v1.EndActivityRequest;
import io.seckill.v1.GetStockRequest;
import io.seckill.v1.ListDeadLettersRequest;
import io.seckill.v1.LookupOrderRequest;
import io.seckill.v1.SeckillResponse.Outcome;
import io.seckill.v1.StreamDescription;
import io.seckill.v1.WatchStockRequest;
import io.seckill.v1.WatchStockResponse;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.api.stream.StreamAddArgs;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;

/** What buyers and operators see of a sale with three shards, and what becomes of it. */
class ThreeShardsIT {
    private static final int SHARDS = 3;

    private ShardsBed bed;
    private long sale;
    private RedissonClient raw;

    @BeforeEach
    void open() {
        bed = new ShardsBed();
        sale = bed.open(SHARDS, 30, 0);
        Config config = new Config();
        config.useSingleServer()
                .setAddress(bed.redisSettings.address())
                .setDatabase(bed.redisSettings.database())
                .setConnectionMinimumIdleSize(1);
        raw = Redisson.create(config);
    }

    @AfterEach
    void close() {
        raw.shutdown();
        bed.close();
    }

    @Test
    void stockStreamsAndOrdersAreThoseOfAllShards() {
        buyInEveryShard();

        assertThat(stock()).isEqualTo(27);
        assertThat(bed.operations
                        .describeStreams(DescribeStreamsRequest.newBuilder()
                                .setActivityId(sale)
                                .build())
                        .getStreamsList())
                .extracting(StreamDescription::getStream)
                .containsAll(IntStream.range(0, SHARDS)
                        .mapToObj(shard -> StockKeys.stream(new ShardId(sale, shard), PRODUCT))
                        .toList());
        for (int shard = 0; shard < SHARDS; shard++) {
            assertThat(orderOf(user(shard))).isNotEmpty();
        }
        bed.startWorkers(1);
        await().until(() -> bed.number("SELECT count(*) FROM orders") == SHARDS);
        for (int shard = 0; shard < SHARDS; shard++) {
            assertThat(orderOf(user(shard))).isNotEmpty();
        }
        bed.assertBooks(sale, SHARDS, 30);
    }

    @Test
    void watchersOfTheStockSeeSalesOfEveryShard() {
        Iterator<WatchStockResponse> changes = bed.buyer.watchStock(
                WatchStockRequest.newBuilder().setActivityId(sale).build());
        assertThat(changes.next().getProduct().getRemaining()).isEqualTo(30);
        for (int shard = 0; shard < SHARDS; shard++) {
            assertThat(bed.crowd.buy(sale, user(shard), 1).join()).isEqualTo(Outcome.ACCEPTED);
            assertThat(changes.next().getProduct().getRemaining()).isEqualTo(29 - shard);
        }
    }

    @Test
    void orderThatIsCancelledInAnyShardLetsItsBuyerBuyAgain() {
        bed.startWorkers(2);
        buyInEveryShard();
        await().until(() -> bed.number("SELECT count(*) FROM orders") == SHARDS);
        for (int shard = 0; shard < SHARDS; shard++) {
            bed.buyer.cancelOrder(CancelOrderRequest.newBuilder()
                    .setActivityId(sale)
                    .setUserId(user(shard))
                    .setOrderId(orderOf(user(shard)))
                    .build());
        }

        await().until(() -> bed.number("SELECT count(*) FROM orders WHERE released_at IS NULL") == 0);
        await().until(() -> stock() == 30);
        assertThat(bed.number("SELECT unallocated FROM activity_items")).isZero();
        bed.assertBooks(sale, SHARDS, 30);
    }

    @Test
    void entryThatCannotBeReadIsALetterOfItsShard() {
        raw.getStream(StockKeys.stream(new ShardId(sale, 2), PRODUCT), StringCodec.INSTANCE)
                .add(StreamAddArgs.entries(Map.of("what", "nonsense")));
        bed.startWorkers(1);

        await().until(() -> bed.operations
                        .listDeadLetters(ListDeadLettersRequest.newBuilder()
                                .setActivityId(sale)
                                .build())
                        .getDeadLettersCount()
                == 1);
    }

    @Test
    void saleThatEndsWhileUnitsMoveIsRecalledAndClosed() {
        buyInEveryShard();
        long allocation = bed.number("SELECT id FROM allocations WHERE shard = 1");
        bed.operator.endActivity(
                EndActivityRequest.newBuilder().setActivityId(sale).build());
        bed.database.sql().execute("INSERT INTO returns (allocation_id, at_most) VALUES (?, 4)", allocation);
        bed.startWorkers(2);

        await().until(() -> bed.number("SELECT count(*) FROM activities WHERE closed_at IS NOT NULL") == 1);
        assertThat(bed.number("SELECT unallocated FROM activity_items")).isEqualTo(27);
        assertThat(bed.number("SELECT sum(granted - returned - persisted) FROM allocations"))
                .isZero();
        assertThat(raw.getKeys().getKeysStream().filter(key -> key.contains("{" + sale + ".")))
                .isEmpty();
    }

    @Test
    void rateOfTheActivityIsSharedOutRoundedUp() {
        bed.database.sql().execute("UPDATE activities SET rate_activity_per_second = 100");
        bed.database.sql().execute("UPDATE activities SET preheated_at = NULL, pools_applied = 0");
        bed.database.sql().execute("UPDATE pools SET prepared_at = NULL");
        raw.getKeys().flushdb();
        new PoolSynchronizer(new PoolLedger(bed.database.sql()), bed.redis).synchronize(sale);

        for (int shard = 0; shard < SHARDS; shard++) {
            assertThat(raw.getMap(StockKeys.pool(new ShardId(sale, shard)), StringCodec.INSTANCE)
                            .get("rate:activity"))
                    .isEqualTo("34");
        }
    }

    private void buyInEveryShard() {
        for (int shard = 0; shard < SHARDS; shard++) {
            assertThat(bed.crowd.buy(sale, user(shard), 1).join()).isEqualTo(Outcome.ACCEPTED);
            assertThat(bed.remaining(sale, shard)).isEqualTo(9);
        }
    }

    private long user(int shard) {
        return ShardsBed.usersOf(sale, SHARDS, shard, 1)[0];
    }

    private String orderOf(long user) {
        return bed.buyer
                .lookupOrder(LookupOrderRequest.newBuilder()
                        .setActivityId(sale)
                        .setUserId(user)
                        .setRequestId("r" + user)
                        .build())
                .getOrder()
                .getOrderId();
    }

    private long stock() {
        return bed.buyer
                .getStock(GetStockRequest.newBuilder()
                        .setActivityId(sale)
                        .addAllProductIds(List.of(PRODUCT))
                        .build())
                .getProducts(0)
                .getRemaining();
    }
}
