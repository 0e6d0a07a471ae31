package io.seckill.books;

import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.books.fallback.DatabasePool;
import io.seckill.books.recording.LineStore;
import io.seckill.embedded.PostgresProcess;
import io.seckill.embedded.SharedServers;
import io.seckill.migrations.Database;
import io.seckill.migrations.PostgresSettings;
import io.seckill.migrations.SchemaMigrator;
import io.seckill.stock.DecodedEntry;
import io.seckill.stock.EntryCodec;
import io.seckill.stock.ShardId;
import io.seckill.stock.StockKeys;
import io.seckill.stock.StreamEntry;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jooq.impl.DSL;

/** A database of its own with one open, preheated activity whose units are all granted, for one test. */
public final class BooksBed implements AutoCloseable {
    public static final long ACTIVITY = 7;
    public static final long EPOCH = 1;
    public static final ShardId SHARD = new ShardId(ACTIVITY, 0);

    public final Database database;
    private final LineStore lines;
    private final AtomicLong nextId = new AtomicLong(1);

    /** Of these products, with so many units each. */
    public BooksBed(long units, long... products) {
        this(SharedServers.freshJdbcUrl(), units, products);
    }

    /** In this database. */
    public BooksBed(String jdbcUrl, long units, long... products) {
        PostgresSettings settings = PostgresSettings.of(jdbcUrl, PostgresProcess.USER, "");
        SchemaMigrator.migrate(settings);
        database = Database.open(settings.withPoolSize(20), "test");
        lines = new LineStore(database.sql());
        execute("INSERT INTO activities (id, name, starts_at, ends_at, currency_code, max_orders_per_user,"
                + " max_quantity_per_line, payment_timeout_millis, shards, fallback_reserve_percent, preheated_at)"
                + " VALUES (7, 'sale', now(), now() + interval '1 hour', 'CNY', 1, 5, 900000, 1, 0, now())");
        execute("INSERT INTO pools VALUES (7, 0, ?)", EPOCH);
        for (long product : products) {
            execute("INSERT INTO activity_items VALUES (7, ?, ?, 0, 250)", product, units);
            execute(
                    "INSERT INTO allocations (activity_id, product_id, shard, epoch, granted) VALUES (7, ?, 0, ?, ?)",
                    product,
                    EPOCH,
                    units);
        }
    }

    /** Adds so many units of each product that only the database may sell. */
    public BooksBed withReserve(long units) {
        DatabasePool.open(database.sql(), ACTIVITY);
        execute("UPDATE activity_items SET total = total + ?, unallocated = unallocated + ?", units, units);
        execute("UPDATE activities SET fallback_reserve_percent = 100");
        return this;
    }

    public void execute(String statement, Object... bindings) {
        database.sql().execute(statement, bindings);
    }

    public long number(String query, Object... bindings) {
        return database.sql().fetchSingle(query, bindings).get(0, Long.class);
    }

    public String text(String query, Object... bindings) {
        return database.sql().fetchSingle(query, bindings).get(0, String.class);
    }

    /** A line as the pool would have sold it. */
    public DecodedEntry.OrderLine line(UUID order, long user, long product, int quantity, int lines) {
        long allocation =
                number("SELECT id FROM allocations WHERE product_id = ? AND shard = 0 AND epoch = ?", product, EPOCH);
        StreamEntry entry = new StreamEntry(
                StockKeys.stream(SHARD, product),
                nextId.getAndIncrement() + "-0",
                Map.of(
                        "order", order.toString(),
                        "uid", Long.toString(user),
                        "rid", "r-" + order,
                        "qty", Integer.toString(quantity),
                        "line", "1",
                        "lines", Integer.toString(lines),
                        "alloc", Long.toString(allocation),
                        "epoch", Long.toString(EPOCH),
                        "cum", "1",
                        "ts", "1767225600000"));
        return (DecodedEntry.OrderLine) EntryCodec.decode(entry);
    }

    /** Records lines that must not be refused. */
    public void record(DecodedEntry.OrderLine... recorded) {
        assertThat(lines.insert(List.of(recorded))).isEmpty();
    }

    /** Records a line and commits when it may, as a worker would that is stopped in between. */
    public void recordSlowly(DecodedEntry.OrderLine line, CountDownLatch inserted, CountDownLatch mayCommit) {
        database.sql().transaction(configuration -> {
            assertThat(new LineStore(DSL.using(configuration)).insert(List.of(line)))
                    .isEmpty();
            inserted.countDown();
            assertThat(mayCommit.await(20, TimeUnit.SECONDS)).isTrue();
        });
    }

    /** Records an order of one unit of one product. */
    public UUID order(long user, long product) {
        UUID order = UUID.randomUUID();
        record(line(order, user, product, 1, 1));
        return order;
    }

    public void makeDue() {
        execute("UPDATE orders SET expires_at = now() - interval '1 second' WHERE status = 'PENDING_PAYMENT'");
    }

    public String status(UUID order) {
        return text("SELECT status FROM orders WHERE order_id = ?", order);
    }

    /** The lines of an order, as {@code status/reason} by product. */
    public List<String> lines(UUID order) {
        return database.sql()
                .fetch(
                        "SELECT status || '/' || coalesce(reason, '') FROM seckill_logs WHERE order_id = ?"
                                + " ORDER BY product_id",
                        order)
                .getValues(0, String.class);
    }

    public long unallocated(long product) {
        return number("SELECT unallocated FROM activity_items WHERE product_id = ?", product);
    }

    /** Checks I1, and that the allocations say what the rows say. */
    public void assertBooksAddUp() {
        assertThat(number("SELECT count(*) FROM activity_items item WHERE total <> unallocated"
                        + " + (SELECT sum(granted - returned - cancelled) FROM allocations a"
                        + " WHERE (a.activity_id, a.product_id) = (item.activity_id, item.product_id))"))
                .as("products whose units do not add up")
                .isZero();
        assertThat(number("SELECT count(*) FROM allocations a WHERE persisted <>"
                        + " (SELECT coalesce(sum(quantity), 0) FROM seckill_logs WHERE allocation_id = a.id)"
                        + " + (SELECT coalesce(sum(quantity), 0) FROM rejected_lines"
                        + " WHERE allocation_id = a.id AND units_returned)"))
                .as("allocations that persisted other units than there are rows")
                .isZero();
        assertThat(number("SELECT count(*) FROM allocations a WHERE cancelled <>"
                        + " (SELECT coalesce(sum(quantity), 0) FROM seckill_logs"
                        + " WHERE allocation_id = a.id AND status = 'FAILED')"
                        + " + (SELECT coalesce(sum(quantity), 0) FROM rejected_lines"
                        + " WHERE allocation_id = a.id AND units_returned)"))
                .as("allocations that cancelled other units than there are failed rows")
                .isZero();
    }

    @Override
    public void close() {
        database.close();
    }
}
