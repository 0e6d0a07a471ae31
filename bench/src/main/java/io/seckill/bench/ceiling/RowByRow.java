package io.seckill.bench.ceiling;

import io.seckill.migrations.PostgresSettings;
import io.seckill.settings.StartFailure;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Orders recorded one at a time, as most consumers do it: each order, its lines and its books in a transaction of its own,
 * by prepared statements over one connection, into tables equal to the real ones.
 */
public final class RowByRow {
    private static final String ORDER = "INSERT INTO " + EqualTables.ORDERS
            + " (order_id, activity_id, user_id, request_id, status, lines, expires_at, created_at)"
            + " VALUES (?, ?, ?, ?, 'PENDING_PAYMENT', ?, now() + interval '1 day', now()) ON CONFLICT DO NOTHING";
    private static final String LINE = "INSERT INTO " + EqualTables.LINES
            + " (activity_id, product_id, user_id, order_id, quantity, allocation_id, unit_price, stream, epoch,"
            + " stream_id, status, created_at)"
            + " VALUES (?, ?, ?, ?, 1, ?, 9900, ?, 1, ?, 'PROCESSING', now()) ON CONFLICT DO NOTHING";
    private static final String BOOKS =
            "UPDATE " + EqualTables.ALLOCATIONS + " SET granted = granted + 1, persisted = persisted + 1 WHERE id = ?";

    private final PostgresSettings settings;

    public RowByRow(PostgresSettings settings) {
        this.settings = settings;
    }

    /** One allocation to book in. */
    private record Allocation(long id, long productId) {}

    /**
     * Records for so long.
     *
     * @param baskets lines of orders, in turn, none with more lines than the activity has products
     * @throws StartFailure if PostgreSQL fails, or does not hold what it said
     */
    public CeilingResult run(long activityId, int[] baskets, Duration length) {
        try (Connection connection =
                DriverManager.getConnection(settings.jdbcUrl(), settings.user(), settings.password())) {
            EqualTables.make(connection);
            List<Allocation> allocations = allocations(connection, activityId);
            connection.setAutoCommit(false);
            long start = System.nanoTime();
            long orders = 0;
            try (PreparedStatement order = connection.prepareStatement(ORDER);
                    PreparedStatement line = connection.prepareStatement(LINE);
                    PreparedStatement books = connection.prepareStatement(BOOKS)) {
                while (System.nanoTime() - start < length.toNanos()) {
                    int lines = baskets[(int) (orders % baskets.length)];
                    UUID id = UUID.randomUUID();
                    orders++;
                    insert(order, id, activityId, orders, "r" + orders, lines);
                    for (int i = 0; i < lines; i++) {
                        Allocation allocation = allocations.get((int) ((orders + i) % allocations.size()));
                        String stream = "stream:seckill:{" + activityId + ".0}:" + allocation.productId;
                        insert(
                                line,
                                activityId,
                                allocation.productId,
                                orders,
                                id,
                                allocation.id,
                                stream,
                                orders + "-" + i);
                        insert(books, allocation.id);
                    }
                    connection.commit();
                }
            }
            long nanos = System.nanoTime() - start;
            requireStored(connection, orders);
            return new CeilingResult(orders, nanos);
        } catch (SQLException e) {
            throw new StartFailure("orders cannot be recorded row by row: " + e.getMessage(), e);
        }
    }

    private static List<Allocation> allocations(Connection connection, long activityId) throws SQLException {
        List<Allocation> allocations = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT id, product_id FROM " + EqualTables.ALLOCATIONS
                        + " WHERE activity_id = " + activityId + " ORDER BY id")) {
            while (rows.next()) {
                allocations.add(new Allocation(rows.getLong(1), rows.getLong(2)));
            }
        }
        return allocations;
    }

    private static void insert(PreparedStatement statement, Object... values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        int rows = statement.executeUpdate();
        if (rows != 1) {
            throw new SQLException("rows: " + rows + " (expected: 1)");
        }
    }

    private static void requireStored(Connection connection, long orders) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet count = statement.executeQuery("SELECT count(*) FROM " + EqualTables.ORDERS)) {
            count.next();
            if (count.getLong(1) != orders) {
                throw new StartFailure(orders + " orders recorded row by row, but " + count.getLong(1) + " are there");
            }
        }
    }
}
