package io.seckill.books.recording;

import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.embedded.FreePorts;
import io.seckill.embedded.PostgresProcess;
import io.seckill.migrations.Database;
import io.seckill.migrations.PostgresSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresAdviceIT {
    @TempDir
    private Path dir;

    @Test
    void eachSettingThatMayCostRowsIsNamedWithWhatIsExpected() {
        assertThat(advice(Map.of("fsync", "off", "full_page_writes", "off")))
                .hasSize(2)
                .anySatisfy(one -> assertThat(one).contains("fsync: off (expected: on)"))
                .anySatisfy(one -> assertThat(one).contains("full_page_writes: off (expected: on)"));
    }

    @Test
    void aDurableDatabaseNeedsNoAdvice() {
        assertThat(advice(PostgresProcess.DURABLE)).isEmpty();
    }

    private List<String> advice(Map<String, String> parameters) {
        try (PostgresProcess process = PostgresProcess.start(dir, FreePorts.next(), parameters);
                Database database = Database.open(
                        PostgresSettings.of(process.jdbcUrl("postgres"), PostgresProcess.USER, ""), "test")) {
            return new PostgresAdvice(database.sql()).sentences();
        }
    }
}
