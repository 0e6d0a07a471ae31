package io.seckill.bench.ceiling;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Empty tables with all columns, indexes and constraints of those that orders are recorded in. */
final class EqualTables {
    static final String ORDERS = "bench_recorded_orders";
    static final String LINES = "bench_recorded_lines";
    static final String ALLOCATIONS = "bench_recorded_allocations";

    private static final List<String> MAKE = List.of(
            "DROP TABLE IF EXISTS " + String.join(", ", ORDERS, LINES, ALLOCATIONS),
            "CREATE TABLE " + ORDERS + " (LIKE orders INCLUDING ALL)",
            "CREATE TABLE " + LINES + " (LIKE seckill_logs INCLUDING ALL)",
            "CREATE TABLE " + ALLOCATIONS + " (LIKE allocations INCLUDING ALL)",
            "INSERT INTO " + ALLOCATIONS + " OVERRIDING SYSTEM VALUE SELECT * FROM allocations",
            // Or what was written before would be written out while the next one is measured.
            "CHECKPOINT");

    private EqualTables() {}

    /** Makes them anew; the allocations are as they are. */
    static void make(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String each : MAKE) {
                statement.execute(each);
            }
        }
    }
}
