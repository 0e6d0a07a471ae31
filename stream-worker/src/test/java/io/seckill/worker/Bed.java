package io.seckill.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.embedded.PostgresProcess;
import io.seckill.embedded.SharedServers;
import io.seckill.migrations.Database;
import io.seckill.migrations.PostgresSettings;
import io.seckill.migrations.SchemaMigrator;
import io.seckill.stock.Answers;
import io.seckill.stock.Decision;
import io.seckill.stock.GrantScript;
import io.seckill.stock.PoolReader;
import io.seckill.stock.PrepareScript;
import io.seckill.stock.ProductPool;
import io.seckill.stock.RedisSettings;
import io.seckill.stock.ReserveOrder;
import io.seckill.stock.ReserveOutcome;
import io.seckill.stock.ReserveReply;
import io.seckill.stock.ReserveScript;
import io.seckill.stock.ShardId;
import io.seckill.stock.StockKeys;
import io.seckill.stock.StockRedis;
import io.seckill.stock.SwitchScript;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.redisson.Redisson;
import org.redisson.api.RStream;
import org.redisson.api.RedissonClient;
import org.redisson.api.stream.StreamAddArgs;
import org.redisson.api.stream.StreamMessageId;
import org.redisson.api.stream.StreamRangeArgs;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;

/** A Redis key space and a database with activities made as preheating makes them, for one test. */
final class Bed implements AutoCloseable {
    static final long EPOCH = 1;
    static final Pace QUICK = Pace.DEFAULT.withBlock(Duration.ofMillis(100)).withClaimIdle(Duration.ofMillis(600));

    static {
        // A machine that builds other things besides takes its time.
        Awaitility.setDefaultTimeout(Duration.ofSeconds(30));
    }

    final RedisSettings redis;
    final PostgresSettings postgres;
    final Database database;
    final StockRedis stock;
    final RedissonClient raw;
    private final List<StreamWorker> workers = new ArrayList<>();

    Bed(String redisUrl, String jdbcUrl) {
        redis = RedisSettings.of(redisUrl);
        postgres = PostgresSettings.of(jdbcUrl, PostgresProcess.USER, "");
        SchemaMigrator.migrate(postgres);
        database = Database.open(postgres, "test");
        stock = StockRedis.connect(redis, "test");
        Config config = new Config();
        config.setCodec(StringCodec.INSTANCE);
        config.useSingleServer()
                .setAddress(redis.address())
                .setDatabase(redis.database())
                .setConnectionMinimumIdleSize(1);
        raw = Redisson.create(config);
    }

    static Bed shared() {
        return new Bed(SharedServers.freshRedisUrl(), SharedServers.freshJdbcUrl());
    }

    WorkerSettings settings() {
        return WorkerSettings.of(redis, postgres).withPace(QUICK);
    }

    StreamWorker worker() {
        return worker(settings());
    }

    StreamWorker worker(WorkerSettings settings) {
        StreamWorker worker = StreamWorker.start(settings, Clock.systemUTC());
        workers.add(worker);
        return worker;
    }

    /** A shard of an activity with an open pool, and the allocation of each of its products. */
    final class Sale {
        final ShardId shard;
        final Map<Long, Long> allocations = new LinkedHashMap<>();
        private final ReserveScript reserve = new ReserveScript(stock);

        private Sale(ShardId shard) {
            this.shard = shard;
        }

        String stream(long product) {
            return StockKeys.stream(shard, product);
        }

        String deadLetters() {
            return StockKeys.deadLetters(shard);
        }

        /** Sells to one buyer, and fails if the pool refuses. */
        String buy(long user, long... products) {
            List<ReserveOrder.Line> lines = new ArrayList<>();
            for (long product : products) {
                lines.add(new ReserveOrder.Line(product, 1));
            }
            ReserveOrder order = order(user, lines);
            assertThat(decide(List.of(order)).get(0).outcome()).isEqualTo(ReserveOutcome.ACCEPTED);
            return order.orderId();
        }

        List<Decision> decide(List<ReserveOrder> orders) {
            ReserveReply reply = Answers.await(reserve.reserve(shard, EPOCH, orders));
            if (reply instanceof ReserveReply.Restarted) {
                reply = Answers.await(reserve.reserve(shard, EPOCH, orders)); // nothing was forgotten here
            }
            assertThat(reply).isInstanceOf(ReserveReply.Decided.class);
            return ((ReserveReply.Decided) reply).decisions();
        }

        /** The fields of a line of this sale as the reserve script writes them. */
        Map<String, String> fields(String orderId, long user, long product) {
            Map<String, String> fields = new LinkedHashMap<>();
            fields.put("order", orderId);
            fields.put("uid", Long.toString(user));
            fields.put("rid", "r" + user);
            fields.put("qty", "1");
            fields.put("line", "1");
            fields.put("lines", "1");
            fields.put("alloc", Long.toString(allocations.get(product)));
            fields.put("epoch", Long.toString(EPOCH));
            fields.put("cum", "1");
            fields.put("ts", "1767225600000");
            return fields;
        }

        /** Units that the pool ever spent. */
        long cum(long product) {
            return pool(product).cum();
        }

        /** Units that the pool may still spend. */
        long remaining(long product) {
            return pool(product).remaining();
        }

        private ProductPool pool(long product) {
            return Answers.await(new PoolReader(stock).read(shard, List.of(product)))
                    .orElseThrow()
                    .get(product);
        }

        long persisted(long product) {
            return number("SELECT persisted FROM allocations WHERE id = ?", allocations.get(product));
        }
    }

    static ReserveOrder order(long user, List<ReserveOrder.Line> lines) {
        return new ReserveOrder(user, UUID.randomUUID().toString(), "r" + user, lines);
    }

    /** An open activity with one shard. */
    Sale sale(long activity, long units, long... products) {
        Sale sale = new Sale(new ShardId(activity, 0));
        insertActivity(activity);
        database.sql().execute("INSERT INTO pools VALUES (?, 0, ?)", activity, EPOCH);
        List<PrepareScript.Product> prepared = new ArrayList<>();
        List<GrantScript.Grant> grants = new ArrayList<>();
        for (long product : products) {
            database.sql().execute("INSERT INTO activity_items VALUES (?, ?, ?, 0, 100)", activity, product, units);
            long allocation = number(
                    "INSERT INTO allocations (activity_id, product_id, shard, epoch, granted) VALUES (?, ?, 0, ?, ?)"
                            + " RETURNING id",
                    activity,
                    product,
                    EPOCH,
                    units);
            sale.allocations.put(product, allocation);
            prepared.add(new PrepareScript.Product(product, allocation, units));
            long grant = number(
                    "INSERT INTO grants (allocation_id, units, applied_at) VALUES (?, ?, now()) RETURNING id",
                    allocation,
                    Math.max(1, units));
            grants.add(new GrantScript.Grant(grant, product, allocation, units));
        }
        Instant now = Instant.ofEpochMilli(System.currentTimeMillis());
        Answers.await(new PrepareScript(stock)
                .prepare(new PrepareScript.Pool(
                        sale.shard, EPOCH, now.minusSeconds(60), now.plusSeconds(3600), 1, prepared)));
        Answers.await(new GrantScript(stock).grant(sale.shard, EPOCH, grants));
        Answers.await(new SwitchScript(stock).switchTo(sale.shard, EPOCH, 1, SwitchScript.State.OPEN));
        database.sql().execute("UPDATE activities SET preheated_at = now() WHERE id = ?", activity);
        return sale;
    }

    private void insertActivity(long activity) {
        database.sql()
                .execute(
                        "INSERT INTO activities (id, name, starts_at, ends_at, currency_code, max_orders_per_user,"
                                + " max_quantity_per_line, payment_timeout_millis, shards, fallback_reserve_percent)"
                                + " VALUES (?, 'sale', now() - interval '1 minute', now() + interval '1 hour', 'CNY', 1, 5,"
                                + " 900000, 1, 0)",
                        activity);
    }

    String add(String stream, Map<String, String> fields) {
        return stream(stream).add(StreamAddArgs.entries(fields)).toString();
    }

    RStream<String, String> stream(String name) {
        return raw.getStream(name, StringCodec.INSTANCE);
    }

    long length(String stream) {
        return stream(stream).size();
    }

    long pending(String stream) {
        return stream(stream).getPendingInfo(StockKeys.GROUP).getTotal();
    }

    List<Map<String, String>> letters(String stream) {
        return new ArrayList<>(stream(stream)
                .range(StreamRangeArgs.startId(StreamMessageId.MIN).endId(StreamMessageId.MAX))
                .values());
    }

    long number(String sql, Object... bindings) {
        return database.sql().fetchSingle(sql, bindings).get(0, Long.class);
    }

    long logs() {
        return number("SELECT count(*) FROM seckill_logs");
    }

    long orders() {
        return number("SELECT count(*) FROM orders");
    }

    @Override
    public void close() {
        workers.forEach(StreamWorker::close);
        raw.shutdown();
        stock.close();
        database.close();
    }
}
