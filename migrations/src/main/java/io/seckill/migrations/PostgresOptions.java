package io.seckill.migrations;

import io.seckill.settings.Faults;
import io.seckill.settings.Secret;
import java.time.Duration;
import picocli.CommandLine.Option;

/** The flags of a process that connects to PostgreSQL. */
public final class PostgresOptions {
    private static final int MAX_POOL_SIZE = 200;
    private static final String DEFAULT_URL = "jdbc:postgresql://127.0.0.1:5432/seckill";

    @Secret
    @Option(
            names = "--jdbc-url",
            defaultValue = DEFAULT_URL,
            paramLabel = "URL",
            description =
                    "PostgreSQL; for TLS with ?sslmode=verify-full&sslrootcert=FILE. With a password in it better "
                            + "given as SECKILL_JDBC_URL, or in a file named by SECKILL_JDBC_URL_FILE. Default: "
                            + DEFAULT_URL)
    private String jdbcUrl = "";

    @Option(names = "--jdbc-user", defaultValue = "postgres", description = "Default: ${DEFAULT-VALUE}")
    private String user = "";

    @Secret
    @Option(
            names = "--jdbc-password",
            defaultValue = "",
            description = "Better given as SECKILL_JDBC_PASSWORD, where other users do not see it, or as "
                    + "SECKILL_JDBC_PASSWORD_FILE, which names a file that holds it.")
    private String password = "";

    @Option(
            names = "--jdbc-pool-size",
            defaultValue = "" + PostgresSettings.DEFAULT_POOL_SIZE,
            paramLabel = "N",
            description = "Connections kept at most. Default: ${DEFAULT-VALUE}")
    private int poolSize;

    @Option(
            names = "--jdbc-connect-timeout",
            defaultValue = "3s",
            paramLabel = "TIME",
            description = "The longest wait for a connection. Default: ${DEFAULT-VALUE}")
    private Duration connectTimeout = PostgresSettings.DEFAULT_CONNECT_TIMEOUT;

    @Option(
            names = "--jdbc-query-timeout",
            defaultValue = "30s",
            paramLabel = "TIME",
            description = "The longest wait for a statement. Default: ${DEFAULT-VALUE}")
    private Duration queryTimeout = PostgresSettings.DEFAULT_QUERY_TIMEOUT;

    /** Adds a fault for each option out of its bounds. */
    public void validate(Faults faults) {
        validateUrl(jdbcUrl, faults);
        faults.checkRange("jdbc-pool-size", poolSize, 1, MAX_POOL_SIZE);
        faults.checkRange("jdbc-connect-timeout in ms", connectTimeout.toMillis(), 250, 60_000);
        faults.checkRange("jdbc-query-timeout in ms", queryTimeout.toMillis(), 1_000, 600_000);
    }

    /** Adds a fault if this is no URL of a PostgreSQL; it never shows a password. */
    public static void validateUrl(String url, Faults faults) {
        if (!JdbcUrl.isGood(url)) {
            faults.add("jdbc-url", JdbcUrl.withoutPassword(url), JdbcUrl.FORM);
        }
    }

    /** The settings; call {@link #validate} first. */
    public PostgresSettings toSettings() {
        return new PostgresSettings(jdbcUrl, user, password, poolSize, connectTimeout, queryTimeout);
    }
}
