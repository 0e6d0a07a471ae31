package io.seckill.cli.bench;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import io.seckill.bench.check.CountingCheck;
import io.seckill.bench.check.Held;
import io.seckill.bench.check.HeldReader;
import io.seckill.bench.check.SampleCheck;
import io.seckill.bench.load.Address;
import io.seckill.bench.load.NewBuyers;
import io.seckill.bench.load.Tally;
import io.seckill.cli.client.CallerCredentials;
import io.seckill.cli.client.ServerConnection;
import io.seckill.stock.ShardId;
import io.seckill.stock.StockKeys;
import io.seckill.v1.Activity;
import io.seckill.v1.CreateActivityRequest;
import io.seckill.v1.GetStockRequest;
import io.seckill.v1.PreheatActivityRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/** The activities that one measurement sells, made over gRPC like any other, and checked. */
final class BenchSale {
    private static final java.time.Duration DEADLINE = java.time.Duration.ofSeconds(30);
    private static final java.time.Duration OPEN_FOR = java.time.Duration.ofHours(24);
    private static final long UNIT_PRICE = 9_900;
    private static final long FIRST_PRODUCT = 1_001;

    private final BenchContext context;
    private final Bed bed;
    private final SaleTerms terms;
    private final List<Long> activityIds;

    private BenchSale(BenchContext context, Bed bed, SaleTerms terms, List<Long> activityIds) {
        this.context = context;
        this.bed = bed;
        this.terms = terms;
        this.activityIds = activityIds;
    }

    /**
     * Makes and preheats them.
     *
     * @param server that will sell them; it knows their rules when this returns
     */
    static BenchSale open(BenchContext context, Bed bed, Address server, SaleTerms terms) {
        List<Long> ids = new ArrayList<>();
        try (ServerConnection connection =
                new ServerConnection(server.hostAndPort(), DEADLINE, CallerCredentials.of(server.token()))) {
            for (int i = 0; i < terms.activities(); i++) {
                ids.add(open(connection, terms, context.clock().instant()));
            }
        }
        return new BenchSale(context, bed, terms, List.copyOf(ids));
    }

    private static long open(ServerConnection connection, SaleTerms terms, Instant now) {
        Activity.Builder activity = Activity.newBuilder()
                .setName("bench")
                .setStartTime(timestamp(now))
                .setEndTime(timestamp(now.plus(OPEN_FOR)))
                .setShards(terms.shards())
                .setPaymentTimeout(Duration.newBuilder().setSeconds(OPEN_FOR.toSeconds()));
        products(terms)
                .forEach(product -> activity.addProductsBuilder()
                        .setProductId(product)
                        .setStock(terms.stock())
                        .setUnitPrice(UNIT_PRICE));
        long id = connection
                .activities(stub -> stub.createActivity(
                        CreateActivityRequest.newBuilder().setActivity(activity).build()))
                .getActivity()
                .getActivityId();
        connection.activities(stub -> stub.preheatActivity(
                PreheatActivityRequest.newBuilder().setActivityId(id).build()));
        connection.seckill(stub ->
                stub.getStock(GetStockRequest.newBuilder().setActivityId(id).build()));
        return id;
    }

    private static Timestamp timestamp(Instant instant) {
        return Timestamp.newBuilder()
                .setSeconds(instant.getEpochSecond())
                .setNanos(instant.getNano())
                .build();
    }

    private static List<Long> products(SaleTerms terms) {
        return LongStream.range(FIRST_PRODUCT, FIRST_PRODUCT + terms.products())
                .boxed()
                .toList();
    }

    SaleTerms terms() {
        return terms;
    }

    List<Long> activityIds() {
        return activityIds;
    }

    List<Long> productIds() {
        return products(terms);
    }

    /** Buyers who never came before, with baskets of so many products. */
    NewBuyers newBuyers(int basketSize) {
        return new NewBuyers(
                activityIds, productIds(), basketSize, context.settings().seed());
    }

    /** The shards of all activities. */
    List<ShardId> shards() {
        List<ShardId> shards = new ArrayList<>();
        for (long activity : activityIds) {
            for (int shard = 0; shard < terms.shards(); shard++) {
                shards.add(new ShardId(activity, shard));
            }
        }
        return shards;
    }

    /** Compares the stores with what buyers were told by all loads, and tells the context what does not agree. */
    void check(String what, Tally... told) {
        check(what, 0, told);
    }

    /** The same, where the buyers hashes held so many users before. */
    void check(String what, long buyersBefore, Tally... told) {
        HeldReader reader = new HeldReader(bed.database(), bed.redis(), this::buyers);
        Held held = activityIds.stream()
                .map(activity -> reader.read(activity, terms.shards(), productIds()))
                .reduce(new Held(0, 0, 0, 0, 0), Held::plus);
        long stock = terms.stock() * terms.products() * terms.activities();
        List<String> differences = new ArrayList<>(CountingCheck.differences(List.of(told), held, stock, buyersBefore));
        SampleCheck sample = new SampleCheck(bed.redis());
        for (Tally each : told) {
            differences.addAll(sample.differences(each.kept(), terms.shards()));
        }
        differences.forEach(difference -> context.disagree(what + ": " + difference));
    }

    private long buyers(ShardId shard) {
        return Long.parseLong(bed.redisCommand("HLEN", StockKeys.buyers(shard)));
    }

    /** All keys that it has in Redis. */
    List<String> keys() {
        List<String> keys = keysButPools();
        shards().forEach(shard -> keys.add(StockKeys.pool(shard)));
        return keys;
    }

    /** Those of its streams, buyers, grants and returns. */
    List<String> keysButPools() {
        List<String> keys = new ArrayList<>();
        for (ShardId shard : shards()) {
            keys.addAll(List.of(StockKeys.buyers(shard), StockKeys.grants(shard), StockKeys.returns(shard)));
            productIds().forEach(product -> keys.add(StockKeys.stream(shard, product)));
        }
        return keys;
    }
}
