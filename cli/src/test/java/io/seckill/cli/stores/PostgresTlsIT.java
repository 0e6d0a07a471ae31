package io.seckill.cli.stores;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seckill.embedded.FreePorts;
import io.seckill.embedded.PostgresProcess;
import io.seckill.migrations.Database;
import io.seckill.migrations.PostgresSettings;
import io.seckill.migrations.SchemaMigrator;
import io.seckill.settings.StartFailure;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** PostgreSQL by TLS, as the JDBC URL asks for it. */
class PostgresTlsIT {
    @TempDir
    private Path dir;

    @Test
    void certificateIsCheckedAgainstTheRootAndTheHost() {
        StoreCertificate here = StoreCertificate.of(dir, "ip:127.0.0.1");
        StoreCertificate elsewhere = StoreCertificate.of(dir, "dns:elsewhere.example");
        Map<String, String> settings = new TreeMap<>(PostgresProcess.FAST);
        settings.put("ssl", "on");
        settings.put("ssl_cert_file", here.certificate().toString());
        settings.put("ssl_key_file", here.key().toString());
        try (PostgresProcess postgres = PostgresProcess.start(dir, FreePorts.next(), settings)) {
            postgres.createDatabase("seckill");
            PostgresSettings trusted = settings(postgres, "127.0.0.1", here);

            SchemaMigrator.migrate(trusted);
            try (Database database = Database.open(trusted, "test")) {
                database.requireSchema();
                assertThat(database.sql()
                                .fetchSingle("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
                                .get(0, Boolean.class))
                        .isTrue();
            }
            assertRefused(settings(postgres, "127.0.0.1", elsewhere));
            assertRefused(settings(postgres, "localhost", here));
        }
    }

    private static PostgresSettings settings(PostgresProcess postgres, String host, StoreCertificate root) {
        return PostgresSettings.of(
                "jdbc:postgresql://" + host + ":" + postgres.port() + "/seckill?sslmode=verify-full&sslrootcert="
                        + root.certificate() + "&password=s3cret",
                PostgresProcess.USER,
                "");
    }

    private static void assertRefused(PostgresSettings settings) {
        try (Database database = Database.open(settings, "test")) {
            assertThatThrownBy(database::requireSchema)
                    .isInstanceOf(StartFailure.class)
                    .hasMessageContainingAll("sslmode=verify-full", "is sslrootcert in --jdbc-url the file of the CA")
                    .hasMessageNotContaining("s3cret");
        }
    }
}
