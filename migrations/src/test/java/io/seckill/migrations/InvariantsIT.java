package io.seckill.migrations;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seckill.embedded.PostgresProcess;
import io.seckill.embedded.SharedServers;
import org.jooq.exception.DataAccessException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** PostgreSQL by itself refuses rows that break the books, whatever the code above it believes. */
class InvariantsIT {
    private static Database database;

    @BeforeAll
    static void oneActivityWithTenUnitsGranted() {
        PostgresSettings settings = PostgresSettings.of(SharedServers.freshJdbcUrl(), PostgresProcess.USER, "");
        SchemaMigrator.migrate(settings);
        database = Database.open(settings, "test");
        database.sql()
                .execute(
                        "INSERT INTO activities (id, name, starts_at, ends_at, currency_code,"
                                + " max_orders_per_user, max_quantity_per_line, payment_timeout_millis, shards,"
                                + " fallback_reserve_percent) VALUES (7, 'sale', now(), now() + interval '1 hour', 'CNY', 1, 1, 1, 1, 0)");
        database.sql().execute("INSERT INTO activity_items VALUES (7, 1001, 10, 0, 100)");
        database.sql().execute("INSERT INTO pools VALUES (7, 0, 1)");
        database.sql()
                .execute("INSERT INTO allocations (activity_id, product_id, shard, epoch, granted, persisted)"
                        + " VALUES (7, 1001, 0, 1, 10, 9)");
        database.sql()
                .execute("INSERT INTO orders VALUES ('00000000-0000-7000-8000-000000000001', 7, 5, 'r1',"
                        + " 'PENDING_PAYMENT', 1, now(), now())");
        database.sql()
                .execute(
                        "INSERT INTO seckill_logs (activity_id, product_id, user_id, order_id, quantity, allocation_id, unit_price,"
                                + " stream, epoch, stream_id, status, created_at) VALUES (7, 1001, 5, '00000000-0000-7000-8000-000000000001',"
                                + " 1, 1, 100, 's', 1, '1-0', 'PROCESSING', now())");
    }

    @AfterAll
    static void close() {
        database.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            allocations_never_oversold | UPDATE allocations SET persisted = persisted + 2
            allocations_never_oversold | UPDATE allocations SET returned = 5
            allocations_cancelled_was_persisted | UPDATE allocations SET cancelled = 10
            activity_items_unallocated_range | UPDATE activity_items SET unallocated = -1
            activity_items_unallocated_range | UPDATE activity_items SET unallocated = 11
            orders_one_per_request | INSERT INTO orders (order_id, activity_id, user_id, request_id, status, lines, expires_at, created_at) SELECT gen_random_uuid(), activity_id, user_id, request_id, status, lines, expires_at, created_at FROM orders
            orders_status_known | UPDATE orders SET status = 'LOST'
            seckill_logs_one_per_entry | INSERT INTO seckill_logs (activity_id, product_id, user_id, order_id, quantity, allocation_id, unit_price, stream, epoch, stream_id, status, created_at) SELECT activity_id, 1002, user_id, order_id, 1, 1, 1, 's', 1, '1-0', 'PROCESSING', now() FROM seckill_logs
            seckill_logs_one_per_line | INSERT INTO seckill_logs (activity_id, product_id, user_id, order_id, quantity, allocation_id, unit_price, stream, epoch, stream_id, status, created_at) SELECT activity_id, product_id, user_id, order_id, 1, 1, 1, 's', 1, '2-0', 'PROCESSING', now() FROM seckill_logs
            seckill_logs_failure_has_reason | UPDATE seckill_logs SET status = 'FAILED'
            seckill_logs_order_or_foreign | UPDATE seckill_logs SET order_id = NULL, epoch = 0, allocation_id = NULL, unit_price = NULL
            seckill_logs_foreign_has_no_allocation | UPDATE seckill_logs SET allocation_id = NULL
            seckill_logs_foreign_has_no_price | UPDATE seckill_logs SET unit_price = NULL
            orders_paid_by_a_payment | UPDATE orders SET status = 'PAID'
            orders_paid_by_a_payment | UPDATE orders SET payment_id = 'p1'
            orders_one_per_payment | INSERT INTO orders (order_id, activity_id, user_id, request_id, status, lines, expires_at, created_at, payment_id) SELECT gen_random_uuid(), 7, buyer, '', 'PAID', 1, now(), now(), 'p1' FROM generate_series(1, 2) AS buyer
            activities_rate_window_with_user | UPDATE activities SET rate_user_requests = 1
            activities_window_forward | UPDATE activities SET ends_at = starts_at
            """)
    void rowThatBreaksTheBooksIsRefused(String constraint, String statement) {
        assertThatThrownBy(() -> database.sql().execute(statement))
                .isInstanceOf(DataAccessException.class)
                .hasMessageContaining(constraint);
    }
}
