package io.seckill.bench.ceiling;

import io.seckill.migrations.PostgresSettings;
import io.seckill.settings.StartFailure;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/**
 * The rows of an activity that was recorded, copied by the driver from files into equal tables, in one transaction. Nothing
 * gets rows into PostgreSQL faster over one connection.
 */
public final class CopiedRows {
    private static final String BINARY = " (FORMAT binary)";
    private static final String LINE_COLUMNS = "activity_id, product_id, user_id, order_id, quantity, stream, epoch, "
            + "stream_id, status, reason, created_at, updated_at, allocation_id, unit_price";
    private static final int BUFFER_BYTES = 1 << 16;

    private final PostgresSettings settings;
    private final Path dir;

    /** @param dir for the files */
    public CopiedRows(PostgresSettings settings, Path dir) {
        this.settings = settings;
        this.dir = dir;
    }

    /**
     * Copies the rows of an activity.
     *
     * @return how many orders, in which time
     * @throws StartFailure if PostgreSQL fails, or copies other rows out than in
     */
    public CeilingResult run(long activityId) {
        Path orders = dir.resolve("orders.copy");
        Path lines = dir.resolve("lines.copy");
        try (Connection connection =
                DriverManager.getConnection(settings.jdbcUrl(), settings.user(), settings.password())) {
            CopyManager copies = connection.unwrap(PGConnection.class).getCopyAPI();
            String ofActivity = " WHERE activity_id = " + activityId;
            long ordersOut = out(copies, "SELECT * FROM orders" + ofActivity, orders);
            long linesOut = out(copies, "SELECT " + LINE_COLUMNS + " FROM seckill_logs" + ofActivity, lines);
            EqualTables.make(connection);
            connection.setAutoCommit(false);
            long start = System.nanoTime();
            long ordersIn = in(copies, EqualTables.ORDERS, orders);
            long linesIn = in(copies, EqualTables.LINES + " (" + LINE_COLUMNS + ")", lines);
            connection.commit();
            long nanos = System.nanoTime() - start;
            if (ordersIn != ordersOut || linesIn != linesOut || ordersIn == 0) {
                throw new StartFailure("COPY took " + ordersIn + " orders and " + linesIn + " lines of " + ordersOut
                        + " and " + linesOut);
            }
            return new CeilingResult(ordersIn, nanos);
        } catch (SQLException | IOException e) {
            throw new StartFailure("rows cannot be copied: " + e.getMessage(), e);
        } finally {
            delete(orders);
            delete(lines);
        }
    }

    private static long out(CopyManager copies, String query, Path file) throws SQLException, IOException {
        try (OutputStream stream = new BufferedOutputStream(Files.newOutputStream(file), BUFFER_BYTES)) {
            return copies.copyOut("COPY (" + query + ") TO STDOUT" + BINARY, stream);
        }
    }

    private static long in(CopyManager copies, String table, Path file) throws SQLException, IOException {
        try (InputStream stream = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES)) {
            return copies.copyIn("COPY " + table + " FROM STDIN" + BINARY, stream, BUFFER_BYTES);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new StartFailure(file + " cannot be deleted: " + e.getMessage(), e);
        }
    }
}
