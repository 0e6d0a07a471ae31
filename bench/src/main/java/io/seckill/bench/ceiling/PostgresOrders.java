package io.seckill.bench.ceiling;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.seckill.migrations.PostgresSettings;
import io.seckill.settings.StartFailure;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A flash sale without Redis: each order is one conditional UPDATE of the stock and one INSERT, in one statement and
 * transaction of its own, over several connections. Its tables are its own.
 */
public final class PostgresOrders implements AutoCloseable {
    /** More of them only wait for the row of the product. */
    public static final int CONNECTIONS = 8;

    private static final long STOCK = 1_000_000_000;
    private static final long PRODUCT = 1_001;
    private static final List<String> TABLES = List.of(
            "CREATE TABLE IF NOT EXISTS bench_stock (product_id bigint PRIMARY KEY, "
                    + "remaining bigint NOT NULL CHECK (remaining >= 0))",
            "CREATE TABLE IF NOT EXISTS bench_orders (order_id uuid PRIMARY KEY, product_id bigint NOT NULL, "
                    + "user_id bigint NOT NULL, created_at timestamptz NOT NULL DEFAULT now(), "
                    + "UNIQUE (product_id, user_id))",
            "TRUNCATE bench_stock, bench_orders",
            "INSERT INTO bench_stock VALUES (" + PRODUCT + ", " + STOCK + ")");
    private static final String BUY = "WITH sold AS (UPDATE bench_stock SET remaining = remaining - 1 "
            + "WHERE product_id = ? AND remaining > 0 RETURNING product_id) "
            + "INSERT INTO bench_orders (order_id, product_id, user_id) SELECT ?, product_id, ? FROM sold";
    private static final String COUNT =
            "SELECT count(*), (SELECT " + STOCK + " - remaining FROM bench_stock) FROM bench_orders";

    private final HikariDataSource connections;
    private final ExecutorService threads =
            Executors.newFixedThreadPool(CONNECTIONS, task -> new Thread(task, "postgres-orders"));

    public PostgresOrders(PostgresSettings settings) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("bench-postgres-orders");
        config.setJdbcUrl(settings.jdbcUrl());
        config.setUsername(settings.user());
        config.setPassword(settings.password());
        config.setMaximumPoolSize(CONNECTIONS + 1); // one more looks after the tables
        config.setConnectionTimeout(settings.connectTimeout().toMillis());
        config.addDataSourceProperty("socketTimeout", settings.queryTimeout().toSeconds());
        this.connections = new HikariDataSource(config);
    }

    /**
     * Empties the tables and buys for so long, each time as another user.
     *
     * @throws StartFailure if PostgreSQL fails, or does not hold what it said
     * @throws InterruptedException if the thread is
     */
    public CeilingResult run(Duration length) throws InterruptedException {
        try (Connection connection = connections.getConnection();
                Statement statement = connection.createStatement()) {
            for (String table : TABLES) {
                statement.execute(table);
            }
            long start = System.nanoTime();
            long accepted = buy(length);
            long elapsed = System.nanoTime() - start;
            requireStored(statement, accepted);
            return new CeilingResult(accepted, elapsed);
        } catch (SQLException | ExecutionException e) {
            throw new StartFailure("orders row by row in PostgreSQL failed: " + e.getMessage(), e);
        }
    }

    private long buy(Duration length) throws ExecutionException, InterruptedException {
        AtomicLong users = new AtomicLong();
        long end = System.nanoTime() + length.toNanos();
        List<Future<Long>> buyers = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            buyers.add(threads.submit(() -> buyUntil(end, users)));
        }
        long accepted = 0;
        for (Future<Long> buyer : buyers) {
            accepted += buyer.get();
        }
        return accepted;
    }

    private long buyUntil(long endNanos, AtomicLong users) throws SQLException {
        long accepted = 0;
        try (Connection connection = connections.getConnection();
                PreparedStatement buy = connection.prepareStatement(BUY)) {
            while (System.nanoTime() < endNanos) {
                long user = users.incrementAndGet();
                buy.setLong(1, PRODUCT);
                buy.setObject(2, new UUID(user, user));
                buy.setLong(3, user);
                accepted += buy.executeUpdate();
            }
        }
        return accepted;
    }

    private static void requireStored(Statement statement, long accepted) throws SQLException {
        try (ResultSet counts = statement.executeQuery(COUNT)) {
            counts.next();
            if (counts.getLong(1) != accepted || counts.getLong(2) != accepted) {
                throw new StartFailure("PostgreSQL accepted " + accepted + " orders, and holds " + counts.getLong(1)
                        + " with " + counts.getLong(2) + " units");
            }
        }
    }

    /** Ends threads and connections. Safe to call twice. */
    @Override
    public void close() {
        threads.shutdownNow();
        connections.close();
    }
}
