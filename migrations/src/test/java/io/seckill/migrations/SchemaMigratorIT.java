package io.seckill.migrations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seckill.embedded.FreePorts;
import io.seckill.embedded.PostgresProcess;
import io.seckill.embedded.SharedServers;
import io.seckill.settings.StartFailure;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SchemaMigratorIT {
    private final PostgresSettings settings =
            PostgresSettings.of(SharedServers.freshJdbcUrl(), PostgresProcess.USER, "");

    @Test
    void migratingTwiceAppliesNothingTheSecondTime() {
        assertThat(SchemaMigrator.migrate(settings)).isEqualTo(SchemaMigrator.CURRENT_VERSION);
        assertThat(SchemaMigrator.migrate(settings)).isZero();
        try (Database database = Database.open(settings, "test")) {
            database.requireSchema();
        }
    }

    @Test
    void emptyDatabaseSaysWhichCommandToRun() {
        try (Database database = Database.open(settings, "test")) {
            assertThatThrownBy(database::requireSchema)
                    .isInstanceOf(StartFailure.class)
                    .hasMessageContaining("version 0")
                    .hasMessageContaining("seckill migrate");
        }
    }

    @Test
    void unreachableServerSaysWhereItWasLookedFor() {
        PostgresSettings nowhere = new PostgresSettings(
                "jdbc:postgresql://127.0.0.1:" + FreePorts.next() + "/seckill",
                "nobody",
                "secret-word",
                1,
                Duration.ofMillis(500),
                Duration.ofSeconds(1));
        try (Database database = Database.open(nowhere, "test")) {
            assertThatThrownBy(database::requireSchema)
                    .isInstanceOf(StartFailure.class)
                    .hasMessageContaining("is not reachable; is it running")
                    .hasMessageContaining(nowhere.jdbcUrl());
        }
        assertThat(nowhere.toString()).doesNotContain("secret-word");
    }
}
