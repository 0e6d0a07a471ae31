package io.seckill.server.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.seckill.embedded.PostgresProcess;
import io.seckill.embedded.SharedServers;
import io.seckill.migrations.Database;
import io.seckill.migrations.PostgresSettings;
import io.seckill.migrations.SchemaMigrator;
import io.seckill.server.orders.Order.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jooq.ExecuteContext;
import org.jooq.ExecuteListener;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What watching costs PostgreSQL, and that every change reaches whoever watches. */
class OrderWatchesIT {
    private static final long USER = 42;
    private static final int MANY = 10_000;

    private final Statements statements = new Statements();
    private Database database;
    private OrderStore store;
    private OrderWatches watches;

    @BeforeEach
    void open() {
        PostgresSettings postgres = PostgresSettings.of(SharedServers.freshJdbcUrl(), PostgresProcess.USER, "");
        SchemaMigrator.migrate(postgres);
        database = Database.open(postgres, "test");
        database.sql().execute("""
                INSERT INTO activities (id, name, starts_at, ends_at, currency_code, max_orders_per_user,
                    max_quantity_per_line, payment_timeout_millis, shards, fallback_reserve_percent)
                VALUES (7, 'sale', now(), now() + interval '1 hour', 'CNY', 100, 1, 900000, 1, 0)""");
        store = new OrderStore(database.sql());
        watches = new OrderWatches(
                new OrderStore(DSL.using(database.sql().configuration().deriveAppending(statements))));
        watches.start();
    }

    @AfterEach
    void close() {
        watches.close();
        database.close();
    }

    @Test
    void tenThousandWatchersCostLessThanAStatementASecondAndEachLearnsOfItsChange() {
        insert(MANY, 1);
        record(1001);
        List<Told> all = watchAll();

        int before = statements.next();
        long start = System.nanoTime();
        await().atMost(Duration.ofSeconds(20)).until(() -> statements.count.get() >= before + 5);
        double seconds = (System.nanoTime() - start) / 1e9;
        assertThat((statements.count.get() - before) / seconds).isLessThan(1);

        database.sql().execute("UPDATE orders SET status = 'PAID', payment_id = order_id::text");
        long changed = System.nanoTime();
        await().atMost(Duration.ofSeconds(20)).until(() -> all.stream().allMatch(Told::isComplete));
        System.out.printf("%d watchers told after %d ms%n", MANY, (System.nanoTime() - changed) / 1_000_000);
        assertThat(all).allMatch(told -> told.states().equals(List.of(Status.PENDING_PAYMENT, Status.PAID)));
    }

    @Test
    void nobodyWatchingCostsNothing() {
        insert(1, 1);
        Told told = new Told();
        Order order = orders().get(0);
        OrderWatch watch = watches.open(order.key(), told);
        watch.begin(order);
        statements.next();

        watch.close();

        int after = statements.count.get() + 1; // one may be under way
        await().during(Duration.ofSeconds(3))
                .atMost(Duration.ofSeconds(30))
                .until(() -> statements.count.get() <= after);
    }

    @Test
    void acceptedOrderWaitsForItsPaymentOnceItsLastLineIsRecorded() {
        insert(1, 2);
        record(1001);
        Told told = watchAll().get(0);
        statements.next();
        statements.next();
        assertThat(told.states()).containsExactly(Status.ACCEPTED);

        record(1002);

        await().atMost(Duration.ofSeconds(10))
                .until(() -> told.states().equals(List.of(Status.ACCEPTED, Status.PENDING_PAYMENT)));
        assertThat(told.isComplete()).isFalse();
    }

    @Test
    void orderWhoseRowPostgresRefusedIsKnownFromItsRejectedLines() {
        insert(1, 1);
        Told told = watchAll().get(0);
        database.sql().execute("""
                INSERT INTO rejected_lines (stream, epoch, stream_id, activity_id, product_id, user_id, order_id,
                    request_id, quantity, allocation_id, unit_price, units_returned, reason, created_at)
                SELECT 's', 1, '1-1', activity_id, 1001, user_id, order_id, request_id, 1, 1, 100, true, 'CONFLICT', now()
                FROM orders""");
        database.sql().execute("DELETE FROM orders");

        await().atMost(Duration.ofSeconds(10)).until(told::isComplete);
        assertThat(told.states()).containsExactly(Status.ACCEPTED, Status.REJECTED);
    }

    @Test
    void watchersStayWhilePostgresFailsAndLearnOfTheChangeAfterwards() {
        insert(1, 1);
        record(1001);
        Told told = watchAll().get(0);
        statements.failing = true;
        statements.next();
        database.sql().execute("UPDATE orders SET status = 'EXPIRED'");
        statements.next();
        assertThat(told.states()).containsExactly(Status.PENDING_PAYMENT);

        statements.failing = false;

        await().atMost(Duration.ofSeconds(10)).until(told::isComplete);
        assertThat(told.states()).containsExactly(Status.PENDING_PAYMENT, Status.EXPIRED);
        assertThat(told.failure()).isNull();
    }

    private void insert(int orders, int lines) {
        database.sql().execute("""
                INSERT INTO orders (order_id, activity_id, user_id, request_id, status, lines, expires_at, created_at)
                SELECT gen_random_uuid(), 7, ?, '', 'PENDING_PAYMENT', ?, now() + interval '1 hour', now()
                FROM generate_series(1, ?)""", USER, lines, orders);
    }

    private void record(long product) {
        database.sql().execute("""
                INSERT INTO seckill_logs (activity_id, product_id, user_id, order_id, quantity, allocation_id, unit_price,
                    stream, epoch, stream_id, status, created_at)
                SELECT 7, ?, user_id, order_id, 1, 1, 100, 's' || ?, 1, order_id::text, 'PROCESSING', now()
                FROM orders""", product, product);
    }

    private List<Order> orders() {
        return store.page(USER, 0, OrderStore.HIGHEST, MANY);
    }

    private List<Told> watchAll() {
        List<Told> all = new ArrayList<>();
        for (Order order : orders()) {
            Told told = new Told();
            watches.open(order.key(), told).begin(order);
            all.add(told);
        }
        return all;
    }

    /** Counts statements, and lets them fail. */
    private static final class Statements implements ExecuteListener {
        private static final long serialVersionUID = 1L;

        private final transient AtomicInteger count = new AtomicInteger();
        private transient volatile boolean failing;

        @Override
        public void executeStart(ExecuteContext context) {
            count.incrementAndGet();
            if (failing) {
                throw new DataAccessException("failing on purpose");
            }
        }

        /** Waits for one more, and returns how many there were. */
        private int next() {
            int before = count.get();
            return await().atMost(Duration.ofSeconds(10)).until(count::get, now -> now > before);
        }
    }
}
