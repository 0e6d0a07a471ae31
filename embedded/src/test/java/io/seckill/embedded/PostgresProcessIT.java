package io.seckill.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresProcessIT {
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void rowsSurviveAStopAndAKill(boolean kill) throws Exception {
        Path dir = TemporaryDirectories.create("postgres-it");
        int port = FreePorts.next();
        PostgresProcess first = PostgresProcess.start(dir, port, PostgresProcess.DURABLE);
        first.createDatabase("shop");
        first.createDatabase("shop");
        execute(first.jdbcUrl("shop"), "CREATE TABLE t AS SELECT 42 AS n");
        if (kill) {
            first.kill();
        } else {
            first.close();
        }
        PostgresProcess.stopOrphan(dir);
        try (PostgresProcess second = PostgresProcess.start(dir, port, PostgresProcess.DURABLE)) {
            assertThat(number(second.jdbcUrl("shop"), "SELECT n FROM t")).isEqualTo(42);
        }
        TemporaryDirectories.delete(dir);
    }

    @Test
    void eachTestGetsItsOwnEmptyDatabase() throws Exception {
        String one = SharedServers.freshJdbcUrl();
        String other = SharedServers.freshJdbcUrl();
        execute(one, "CREATE TABLE mine (n int)");

        assertThat(number(other, "SELECT count(*) FROM pg_tables WHERE tablename = 'mine'"))
                .isZero();
    }

    private static void execute(String url, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, PostgresProcess.USER, "")) {
            connection.createStatement().execute(sql);
        }
    }

    private static int number(String url, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, PostgresProcess.USER, "");
                ResultSet rows = connection.createStatement().executeQuery(sql)) {
            rows.next();
            return rows.getInt(1);
        }
    }
}
