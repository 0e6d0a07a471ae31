package io.seckill.cli.stores;

import static io.seckill.cli.stores.PostgresRoles.MIGRATOR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seckill.migrations.Database;
import io.seckill.migrations.PostgresSettings;
import io.seckill.migrations.SchemaMigrator;
import io.seckill.settings.StartFailure;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the roles of {@code ops/postgres/roles.sql} may do, by the catalogue and by trying. */
class PostgresRolesIT {
    private static final String ALL = "seckill_server, seckill_worker, seckill_operator";

    /** Of a table: the role, the verb, and of columns also which; SELECT on every table stands for itself. */
    private static final String GRANTED = """
            SELECT CASE WHEN acl.privilege_type = 'SELECT' THEN role.rolname || ' SELECT'
                        ELSE role.rolname || ' ' || acl.privilege_type || ' ' || class.relname END
            FROM pg_class class, aclexplode(class.relacl) acl JOIN pg_roles role ON role.oid = acl.grantee
            WHERE class.relnamespace = 'public'::regnamespace AND role.rolname <> 'seckill_migrator'
            GROUP BY 1
            UNION ALL
            SELECT role.rolname || ' ' || acl.privilege_type || ' ' || class.relname || ' '
                || string_agg(attribute.attname, ', ' ORDER BY attribute.attname)
            FROM pg_attribute attribute JOIN pg_class class ON class.oid = attribute.attrelid,
                 aclexplode(attribute.attacl) acl JOIN pg_roles role ON role.oid = acl.grantee
            WHERE class.relnamespace = 'public'::regnamespace
            GROUP BY role.rolname, acl.privilege_type, class.relname
            """;

    private static final List<String> EXPECTED = """
            seckill_operator SELECT
            seckill_server DELETE rejected_lines
            seckill_server INSERT activities
            seckill_server INSERT activity_items
            seckill_server INSERT allocations
            seckill_server INSERT grants
            seckill_server INSERT orders
            seckill_server INSERT pools
            seckill_server INSERT rejected_lines
            seckill_server INSERT returns
            seckill_server INSERT seckill_logs
            seckill_server INSERT stock_additions
            seckill_server SELECT
            seckill_server UPDATE activities drained_at, pools_applied, pools_version, preheated_at, switch, updated_at
            seckill_server UPDATE activity_items total, unallocated
            seckill_server UPDATE allocations cancelled, contested, granted, persisted, quarantined, returned, spent_seen
            seckill_server UPDATE grants applied_at
            seckill_server UPDATE orders payment_id, released_at, status, updated_at
            seckill_server UPDATE pools fenced_at, fenced_because, prepared_at
            seckill_server UPDATE rejected_lines units_returned
            seckill_server UPDATE returns applied_at, units
            seckill_server UPDATE seckill_logs reason, status, updated_at
            seckill_worker DELETE rejected_lines
            seckill_worker INSERT allocations
            seckill_worker INSERT grants
            seckill_worker INSERT orders
            seckill_worker INSERT rejected_lines
            seckill_worker INSERT returns
            seckill_worker INSERT seckill_logs
            seckill_worker SELECT
            seckill_worker UPDATE activities closed_at, drained_at, pools_applied, pools_version, recalled_at, updated_at
            seckill_worker UPDATE activity_items unallocated
            seckill_worker UPDATE allocations cancelled, closed_at, granted, persisted, quarantined, returned, spent_seen
            seckill_worker UPDATE grants applied_at
            seckill_worker UPDATE orders released_at, status, updated_at
            seckill_worker UPDATE pools epoch, fenced_at, fenced_because, prepared_at
            seckill_worker UPDATE rejected_lines units_returned
            seckill_worker UPDATE returns applied_at, units
            seckill_worker UPDATE seckill_logs reason, status, updated_at
            """.lines().toList();

    @TempDir
    private static Path dir;

    private static StoreCertificate here;
    private static PostgresRoles postgres;

    @BeforeAll
    static void start() {
        here = StoreCertificate.of(dir, "ip:127.0.0.1");
        postgres = new PostgresRoles(
                dir.resolve("postgres"),
                Map.of(
                        "ssl",
                        "on",
                        "ssl_cert_file",
                        here.certificate().toString(),
                        "ssl_key_file",
                        here.key().toString()));
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    @Test
    void nothingElseIsGranted() {
        assertThat(postgres.query(GRANTED)).containsExactlyInAnyOrderElementsOf(EXPECTED);
        assertThat(postgres.query("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
                        + " AND relowner <> '" + MIGRATOR + "'::regrole"))
                .isEmpty();
    }

    /** A role that is nobody's, such as another application's, has nothing by way of PUBLIC. */
    @Test
    void publicHasNothing() {
        assertThat(postgres.query("SELECT acl.privilege_type FROM pg_namespace, aclexplode(nspacl) acl"
                        + " WHERE nspname = 'public' AND acl.grantee = 0"))
                .isEmpty();
        assertThat(postgres.query("SELECT acl.privilege_type FROM pg_database, aclexplode(datacl) acl"
                        + " WHERE datname = current_database() AND acl.grantee = 0"))
                .isEmpty();
        assertThat(postgres.query("SELECT class.relname FROM pg_class class, aclexplode(class.relacl) acl"
                        + " WHERE class.relnamespace = 'public'::regnamespace AND acl.grantee = 0"))
                .isEmpty();
    }

    @Test
    void rolesAreOrdinaryAndHaveNoPassword() {
        assertThat(postgres.query("SELECT rolname FROM pg_authid WHERE rolname LIKE 'seckill\\_%' AND rolcanlogin"
                        + " AND NOT (rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls)"
                        + " AND rolpassword IS NULL"))
                .containsExactlyInAnyOrder("seckill_migrator", "seckill_server", "seckill_worker", "seckill_operator");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    DELETE FROM seckill_logs                      | seckill_server, seckill_worker, seckill_operator
                    DELETE FROM orders                            | seckill_server, seckill_worker, seckill_operator
                    DELETE FROM activities                        | seckill_server, seckill_worker, seckill_operator
                    TRUNCATE rejected_lines                       | seckill_server, seckill_worker, seckill_operator
                    DROP TABLE seckill_logs                       | seckill_server, seckill_worker, seckill_operator
                    ALTER TABLE orders DROP CONSTRAINT orders_pkey | seckill_server, seckill_worker, seckill_operator
                    ALTER TABLE allocations DISABLE TRIGGER ALL   | seckill_server, seckill_worker, seckill_operator
                    CREATE TABLE mine (id int)                    | seckill_server, seckill_worker, seckill_operator
                    CREATE TEMP TABLE mine (id int)               | seckill_server, seckill_worker, seckill_operator
                    UPDATE orders SET user_id = 1                 | seckill_server, seckill_worker, seckill_operator
                    UPDATE seckill_logs SET quantity = 1          | seckill_server, seckill_worker, seckill_operator
                    UPDATE activity_items SET unit_price = 0      | seckill_server, seckill_worker, seckill_operator
                    UPDATE activities SET ends_at = now()         | seckill_server, seckill_worker, seckill_operator
                    UPDATE flyway_schema_history SET success = false | seckill_server, seckill_worker, seckill_operator
                    UPDATE pools SET epoch = epoch + 1            | seckill_server, seckill_operator
                    UPDATE activities SET closed_at = now()       | seckill_server, seckill_operator
                    UPDATE activity_items SET total = 0           | seckill_worker, seckill_operator
                    UPDATE activities SET switch = 'ENDED'        | seckill_worker, seckill_operator
                    UPDATE orders SET payment_id = 'p'            | seckill_worker, seckill_operator
                    INSERT INTO activities DEFAULT VALUES         | seckill_worker, seckill_operator
                    SELECT id FROM activities FOR SHARE           | seckill_operator
                    UPDATE orders SET status = 'PAID'             | seckill_operator
                    """)
    void isRefused(String statement, String roles) {
        for (String role : roles.split(", ", -1)) {
            assertThatThrownBy(() -> postgres.execute(role, statement))
                    .as("%s: %s", role, statement)
                    .hasMessageMatching("(?s).*(permission denied|must be owner).*");
        }
    }

    @Test
    void everybodyReadsEverythingAndSeesTheVersionOfTheSchema() {
        for (String role : ALL.split(", ", -1)) {
            postgres.execute(role, "SELECT count(*) FROM seckill_logs JOIN orders USING (order_id)");
            try (Database database = Database.open(postgres.settings(role), "test")) {
                database.requireSchema();
            }
        }
    }

    /** Whatever was granted by hand since, the next migration takes back; roles.sql changes nothing when it is repeated. */
    @Test
    void migratingAgainSetsRightsRight() {
        postgres.execute(MIGRATOR, "GRANT DELETE ON orders TO seckill_worker");
        postgres.execute(MIGRATOR, "GRANT UPDATE (user_id) ON orders TO seckill_server");
        postgres.execute(MIGRATOR, "REVOKE SELECT ON orders FROM seckill_server");
        postgres.makeRoles();

        assertThat(SchemaMigrator.migrate(postgres.settings(MIGRATOR))).isZero();

        assertThat(postgres.query(GRANTED)).containsExactlyInAnyOrderElementsOf(EXPECTED);
    }

    /** As the JDBC URL asks for it. */
    @Test
    void tlsChecksTheCertificateAgainstTheRootAndTheHost() {
        StoreCertificate elsewhere = StoreCertificate.of(dir, "dns:elsewhere.example");
        try (Database database = Database.open(verified("127.0.0.1", here), "test")) {
            database.requireSchema();
            assertThat(database.sql()
                            .fetchSingle("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
                            .get(0, Boolean.class))
                    .isTrue();
        }
        for (PostgresSettings wrong : List.of(verified("127.0.0.1", elsewhere), verified("localhost", here))) {
            try (Database database = Database.open(wrong, "test")) {
                assertThatThrownBy(database::requireSchema)
                        .isInstanceOf(StartFailure.class)
                        .hasMessageContainingAll(
                                "sslmode=verify-full", "is sslrootcert in --jdbc-url the file of the CA")
                        .hasMessageNotContaining("s3cret");
            }
        }
    }

    private static PostgresSettings verified(String host, StoreCertificate root) {
        return postgres.settings(
                PostgresRoles.WORKER,
                host,
                "sslmode=verify-full&sslrootcert=" + root.certificate() + "&password=s3cret");
    }
}
