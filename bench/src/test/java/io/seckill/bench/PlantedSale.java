package io.seckill.bench;

import io.seckill.bench.Basket.Line;
import io.seckill.embedded.PostgresProcess;
import io.seckill.embedded.SharedServers;
import io.seckill.migrations.Database;
import io.seckill.migrations.PostgresSettings;
import io.seckill.migrations.SchemaMigrator;
import io.seckill.stock.AcknowledgeScript;
import io.seckill.stock.Decision;
import io.seckill.stock.GrantScript;
import io.seckill.stock.PrepareScript;
import io.seckill.stock.RedisSettings;
import io.seckill.stock.ReserveOrder;
import io.seckill.stock.ReserveReply;
import io.seckill.stock.ReserveScript;
import io.seckill.stock.ShardId;
import io.seckill.stock.StockKeys;
import io.seckill.stock.StockRedis;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** A sale in both stores, sold and recorded by the test itself, so that it can be made wrong. */
final class PlantedSale implements AutoCloseable {
    static final long ACTIVITY = 7;
    static final ShardId SHARD = new ShardId(ACTIVITY, 0);
    static final List<Long> PRODUCTS = List.of(1001L, 1002L);

    final Database database;
    final StockRedis redis;
    final AcceptedOrders accepted = new AcceptedOrders();
    final Findings contradictions = new Findings();
    final Findings putOff = new Findings();
    final List<TwoOrders> twoOrders = new ArrayList<>();

    PlantedSale(int stock) {
        PostgresSettings settings = PostgresSettings.of(SharedServers.freshJdbcUrl(), PostgresProcess.USER, "");
        SchemaMigrator.migrate(settings);
        database = Database.open(settings, "audit");
        redis = StockRedis.connect(RedisSettings.of(SharedServers.freshRedisUrl()), "audit");
        sql("INSERT INTO activities (id, name, starts_at, ends_at, currency_code, max_orders_per_user, "
                + "max_quantity_per_line, payment_timeout_millis, shards, fallback_reserve_percent) "
                + "VALUES (7, 'sale', now(), now() + interval '1 hour', 'CNY', 1, 5, 1000, 1, 0)");
        sql("INSERT INTO pools VALUES (7, 0, 1)");
        for (long product : PRODUCTS) {
            sql("INSERT INTO activity_items VALUES (7, ?, ?, 0, 100)", product, stock);
            sql(
                    "INSERT INTO allocations (activity_id, product_id, shard, epoch, granted) VALUES (7, ?, 0, 1, ?)",
                    product,
                    stock);
        }
        fill(stock);
    }

    private void fill(int stock) {
        Instant now = Instant.parse("2026-01-01T00:00:00Z");
        List<PrepareScript.Product> products = PRODUCTS.stream()
                .map(product -> new PrepareScript.Product(product, allocation(product), stock))
                .toList();
        new PrepareScript(redis)
                .prepare(new PrepareScript.Pool(SHARD, 1, now, now.plusSeconds(1_000_000_000), 1, products))
                .toCompletableFuture()
                .join();
        new GrantScript(redis)
                .grant(
                        SHARD,
                        1,
                        PRODUCTS.stream()
                                .map(product -> new GrantScript.Grant(product, product, allocation(product), stock))
                                .toList())
                .toCompletableFuture()
                .join();
    }

    private static long allocation(long product) {
        return product - 1000;
    }

    void withReserve() {
        sql("UPDATE activities SET fallback_reserve_percent = 40");
    }

    void sql(String statement, Object... values) {
        database.sql().execute(statement, values);
    }

    Told told() {
        return new Told(accepted, contradictions, twoOrders, putOff, Set.of());
    }

    AuditReport audit() {
        return audit(told());
    }

    AuditReport audit(Told told) {
        return new StoreAudit(database, redis).run(ACTIVITY, told);
    }

    /** Sells in Redis, records in PostgreSQL and tells the buyer: what all parts together should do. */
    UUID sell(long user, Line... lines) {
        UUID order = UUID.randomUUID();
        List<String> ids = reserve(user, order, lines);
        record(user, order, lines);
        for (int i = 0; i < lines.length; i++) {
            acknowledge(lines[i].productId(), ids.get(i));
        }
        accepted.add(order, user, List.of(lines));
        return order;
    }

    List<String> reserve(long user, UUID order, Line... lines) {
        List<ReserveOrder.Line> asked = List.of(lines).stream()
                .map(line -> new ReserveOrder.Line(line.productId(), line.quantity()))
                .toList();
        ReserveReply reply = new ReserveScript(redis)
                .reserve(SHARD, 1, List.of(new ReserveOrder(user, order.toString(), "", asked)))
                .toCompletableFuture()
                .join();
        Decision decision = ((ReserveReply.Decided) reply).decisions().get(0);
        return decision.streamIds();
    }

    void acknowledge(long product, String id) {
        new AcknowledgeScript(redis)
                .acknowledge(Map.of(StockKeys.stream(SHARD, product), List.of(id)))
                .toCompletableFuture()
                .join();
    }

    void record(long user, UUID order, Line... lines) {
        sql(
                "INSERT INTO orders (order_id, activity_id, user_id, request_id, status, lines, expires_at, created_at) "
                        + "VALUES (?, 7, ?, '', 'PENDING_PAYMENT', ?, now(), now())",
                order,
                user,
                lines.length);
        for (Line line : lines) {
            recordLine(user, order, line);
            sql(
                    "UPDATE allocations SET persisted = persisted + ? WHERE product_id = ?",
                    line.quantity(),
                    line.productId());
        }
    }

    /** As a worker rejects an order of Redis's whose buyer has another one of PostgreSQL's. */
    void supersede(long user, UUID order, Line line) {
        sql(
                "INSERT INTO rejected_lines (stream, epoch, stream_id, activity_id, product_id, user_id, order_id, "
                        + "request_id, quantity, allocation_id, unit_price, units_returned, reason, created_at) "
                        + "VALUES ('s', 1, ?, 7, ?, ?, ?, '', ?, 1, 100, true, 'SUPERSEDED', now())",
                order + "/" + line.productId(),
                line.productId(),
                user,
                order,
                line.quantity());
    }

    void recordLine(long user, UUID order, Line line) {
        sql(
                "INSERT INTO seckill_logs (activity_id, product_id, user_id, order_id, quantity, allocation_id, unit_price, "
                        + "stream, epoch, stream_id, status, created_at) VALUES (7, ?, ?, ?, ?, 1, 100, 's', 1, ?, 'PROCESSING', now())",
                line.productId(),
                user,
                order,
                line.quantity(),
                order + "/" + line.productId());
    }

    @Override
    public void close() {
        redis.close();
        database.close();
    }
}
