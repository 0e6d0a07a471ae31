package io.seckill.bench.check;

import io.seckill.migrations.Database;
import java.util.List;
import java.util.Map;

/** What PostgreSQL counts of itself. Blocking. */
public final class PostgresCounters {
    /** The parameters without which it does not count statements. */
    public static final Map<String, String> PARAMETERS = Map.of("shared_preload_libraries", "pg_stat_statements");

    private static final String STATEMENTS = "SELECT coalesce(sum(calls), 0)::bigint FROM pg_stat_statements";
    private static final String MAIN_PROCESS = "SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::bigint";
    private static final String MOST_CALLED =
            "SELECT calls || ' × ' || left(regexp_replace(query, '\\s+', ' ', 'g'), 90)"
                    + " FROM pg_stat_statements ORDER BY calls DESC LIMIT ?";

    private final Database database;

    /** Makes the extension that counts statements. */
    public PostgresCounters(Database database) {
        this.database = database;
        database.sql().execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements");
    }

    /** Begins to count statements anew. */
    public void reset() {
        database.sql().execute("SELECT FROM pg_stat_statements_reset()");
    }

    /** Statements of all connections since the reset: BEGIN, COMMIT and COPY too, and a few of those that ask. */
    public long statements() {
        return number(STATEMENTS);
    }

    /** The most frequent ones, to be read by people. */
    public List<String> mostCalled(int count) {
        return database.sql().fetch(MOST_CALLED, count).getValues(0, String.class);
    }

    /** The process that all others of PostgreSQL are children of. */
    public long mainProcess() {
        return number(MAIN_PROCESS);
    }

    private long number(String query) {
        return database.sql().fetchSingle(query).get(0, Long.class);
    }
}
