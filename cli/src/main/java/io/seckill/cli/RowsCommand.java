package io.seckill.cli;

import io.seckill.cli.terminal.Table;
import io.seckill.migrations.PostgresOptions;
import io.seckill.migrations.PostgresSettings;
import io.seckill.settings.Faults;
import io.seckill.settings.SettingsFileOption;
import io.seckill.settings.StartFailure;
import io.seckill.settings.Validated;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code seckill rows}: the latest rows of {@code seckill_logs}, for who has no psql at hand. */
@Command(
        name = "rows",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Shows the latest rows of seckill_logs, straight from PostgreSQL.")
final class RowsCommand implements Callable<Integer>, Validated {
    private static final int MAX_LIMIT = 10_000;
    private static final String QUERY = "SELECT id, activity_id, product_id, user_id, order_id, quantity, status, "
            + "stream, stream_id FROM seckill_logs WHERE ? = 0 OR activity_id = ? ORDER BY id DESC LIMIT ?";

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--activity",
            defaultValue = "0",
            paramLabel = "ID",
            description = "Only rows of this sale. Default: of all")
    private long activityId;

    @Option(names = "--limit", defaultValue = "20", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}")
    private int limit;

    @Mixin
    private final PostgresOptions postgres = new PostgresOptions();

    @Mixin
    @SuppressWarnings("unused") // stands in --help; CommandRunner reads the file
    private final SettingsFileOption settingsFile = new SettingsFileOption();

    @Override
    public void validate(Faults faults) {
        faults.checkRange("limit", limit, 1, MAX_LIMIT);
        postgres.validate(faults);
    }

    @Override
    public Integer call() {
        PostgresSettings settings = postgres.toSettings();
        try (Connection connection =
                        DriverManager.getConnection(settings.jdbcUrl(), settings.user(), settings.password());
                PreparedStatement statement = connection.prepareStatement(QUERY)) {
            statement.setLong(1, activityId);
            statement.setLong(2, activityId);
            statement.setInt(3, limit);
            try (ResultSet rows = statement.executeQuery()) {
                Objects.requireNonNull(spec);
                table(rows).lines().forEach(spec.commandLine().getOut()::println);
            }
        } catch (SQLException e) {
            throw new StartFailure(
                    "PostgreSQL at " + settings.address() + " does not answer with rows: "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse(e.getSQLState()),
                    e);
        }
        return 0;
    }

    private static Table table(ResultSet rows) throws SQLException {
        String[] columns = new String[rows.getMetaData().getColumnCount()];
        for (int i = 0; i < columns.length; i++) {
            columns[i] = rows.getMetaData().getColumnLabel(i + 1);
        }
        Table table = new Table(columns);
        while (rows.next()) {
            Object[] cells = new Object[columns.length];
            for (int i = 0; i < cells.length; i++) {
                String value = rows.getString(i + 1);
                cells[i] = value == null ? "-" : value;
            }
            table.row(cells);
        }
        return table;
    }
}
