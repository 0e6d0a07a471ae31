package io.seckill.stock;

import io.seckill.embedded.SharedServers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.redisson.api.RMap;
import org.redisson.api.RScript;
import org.redisson.api.RStream;
import org.redisson.api.stream.StreamMessageId;
import org.redisson.api.stream.StreamRangeArgs;
import org.redisson.client.codec.StringCodec;

/** A key space of its own in the shared Redis, with everything a test of a script needs. */
final class Ledger implements AutoCloseable {
    static final ShardId SHARD = new ShardId(7, 0);
    static final long EPOCH = 3;
    static final Duration HOUR = Duration.ofHours(1);

    final StockRedis redis;
    final ReserveScript reserve;
    final PrepareScript prepare;
    final GrantScript grant;
    final SwitchScript switches;

    Ledger() {
        this(SharedServers.freshRedisUrl());
    }

    Ledger(String url) {
        this(url, LuaScript.load("reserve"));
    }

    /** @param reserveText what to run as {@code reserve.lua} */
    Ledger(String url, String reserveText) {
        this.redis = StockRedis.connect(RedisSettings.of(url), "test");
        this.reserve = new ReserveScript(redis, reserveText, AcknowledgePolicy.IN_MEMORY);
        this.prepare = new PrepareScript(redis);
        this.grant = new GrantScript(redis);
        this.switches = new SwitchScript(redis);
    }

    /** Makes an open pool with these units per product; allocation ids are product ids plus 1,000. */
    void open(int maxOrdersPerUser, Map<Long, Long> units) {
        open(maxOrdersPerUser, RateLimits.NONE, units);
    }

    void open(int maxOrdersPerUser, RateLimits rates, Map<Long, Long> units) {
        Instant now = Instant.now();
        prepare(now.minus(HOUR), now.plus(HOUR), maxOrdersPerUser, rates, units);
        grantAll(units);
    }

    void prepare(Instant start, Instant end, int maxOrdersPerUser, Map<Long, Long> units) {
        prepare(start, end, maxOrdersPerUser, RateLimits.NONE, units);
    }

    void prepare(Instant start, Instant end, int maxOrdersPerUser, RateLimits rates, Map<Long, Long> units) {
        List<PrepareScript.Product> products = units.keySet().stream()
                .map(product -> new PrepareScript.Product(product, product + 1_000, units.get(product)))
                .toList();
        await(prepare.prepare(new PrepareScript.Pool(SHARD, EPOCH, start, end, maxOrdersPerUser, rates, products)));
    }

    List<GrantScript.Outcome> grantAll(Map<Long, Long> units) {
        List<GrantScript.Grant> grants = new ArrayList<>();
        units.forEach(
                (product, count) -> grants.add(new GrantScript.Grant(product * 10, product, product + 1_000, count)));
        return await(grant.grant(SHARD, EPOCH, grants));
    }

    ReserveReply.Decided decide(ReserveOrder... orders) {
        return (ReserveReply.Decided) reply(orders);
    }

    Decision decideOne(ReserveOrder order) {
        return decide(order).decisions().get(0);
    }

    ReserveReply reply(ReserveOrder... orders) {
        return await(reserve.reserve(SHARD, EPOCH, List.of(orders)));
    }

    RMap<String, String> hash(String key) {
        return redis.client().getMap(key, StringCodec.INSTANCE);
    }

    /** Everything that decisions change: pool, buyers, rates, and the number of entries. */
    Map<String, Object> state(long... products) {
        List<Long> lengths = new ArrayList<>();
        for (long product : products) {
            lengths.add(stream(product).size());
        }
        return Map.of(
                "pool", hash(StockKeys.pool(SHARD)).readAllMap(),
                "buyers", hash(StockKeys.buyers(SHARD)).readAllMap(),
                "rates 0", hash(StockKeys.rates(SHARD, 0)).readAllMap(),
                "rates 1", hash(StockKeys.rates(SHARD, 1)).readAllMap(),
                "lengths", lengths);
    }

    RStream<String, String> stream(long product) {
        return redis.stream(StockKeys.stream(SHARD, product));
    }

    List<StreamEntry> entries(long product) {
        List<StreamEntry> entries = new ArrayList<>();
        stream(product)
                .range(StreamRangeArgs.startId(StreamMessageId.MIN).endId(StreamMessageId.MAX))
                .forEach((id, fields) ->
                        entries.add(new StreamEntry(StockKeys.stream(SHARD, product), id.toString(), fields)));
        return entries;
    }

    /** Runs one command as an operator would with redis-cli. */
    void command(String... words) {
        redis.client()
                .getScript(StringCodec.INSTANCE)
                .eval(
                        RScript.Mode.READ_WRITE,
                        "return redis.call(unpack(ARGV))",
                        RScript.ReturnType.VALUE,
                        List.of(),
                        (Object[]) words);
    }

    static ReserveOrder order(long user, String requestId, long... productsAndQuantities) {
        List<ReserveOrder.Line> lines = new ArrayList<>();
        for (int i = 0; i < productsAndQuantities.length; i += 2) {
            lines.add(new ReserveOrder.Line(productsAndQuantities[i], (int) productsAndQuantities[i + 1]));
        }
        return new ReserveOrder(user, UUID.randomUUID().toString(), requestId, lines);
    }

    static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
    }

    @Override
    public void close() {
        redis.close();
    }
}
