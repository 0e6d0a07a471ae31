package io.seckill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandsTest {
    private static final int USAGE = 2;

    @Test
    void versionIsOneLineFromTheBuild() {
        Finished finished = Finished.run("--version");

        assertThat(finished.exit()).isZero();
        assertThat(finished.outLines()).singleElement().asString().matches("seckill \\d+\\.\\d+\\.\\d+.*");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "demo",
                "up",
                "bench",
                "buy",
                "rows",
                "migrate",
                "server",
                "worker",
                "dlq",
                "dlq list",
                "dlq show",
                "dlq replay",
                "dlq discard",
                "streams",
                "reconcile",
                "activity",
                "activity create",
                "activity show",
                "activity list",
                "activity preheat",
                "activity pause",
                "activity resume",
                "activity end",
                "activity add-stock",
                "orders",
                "orders list",
                "orders show",
                "orders watch",
                "orders pay",
                "orders cancel"
            })
    void everyCommandHasHelp(String command) {
        Finished finished = Finished.run((command + " --help").split(" ", -1));

        assertThat(finished.exit()).isZero();
        assertThat(finished.out()).contains("Usage: seckill " + command);
        assertThat(finished.err()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "activity", "orders", "sell"})
    void noOrUnknownCommandIsAUsageError(String command) {
        Finished finished = Finished.run(command.isEmpty() ? new String[0] : command.split(" ", -1));

        assertThat(finished.exit()).isEqualTo(USAGE);
        assertThat(finished.err()).isNotEmpty();
        assertThat(finished.out()).isEmpty();
    }

    @Test
    void demoReportsAllItsBadFlagsTogether() {
        Finished finished = Finished.run(
                Map.of("SECKILL_WORKERS", "0"), "demo", "--buyers", "0", "--products", "many", "--stock", "-1");

        assertThat(finished.exit()).isEqualTo(USAGE);
        assertThat(finished.err())
                .contains("buyers: 0 (expected: 1..")
                .contains("'many' is not")
                .contains("stock: -1 (expected: 0..")
                .contains("workers: 0 (expected: 1..");
    }

    @Test
    void upReportsBadAddressesWithoutPasswords() {
        Finished finished = Finished.run(
                "up", "--redis-url", "http://:secret@host", "--jdbc-url", "mysql://host", "--grpc-port", "70000");

        assertThat(finished.exit()).isEqualTo(USAGE);
        assertThat(finished.err())
                .contains("redis-url: http://…@host (expected: redis://")
                .contains("jdbc-url: mysql://host (expected: jdbc:postgresql://")
                .contains("grpc-port: 70000 (expected: 0..65535)")
                .doesNotContain("secret");
    }

    @Test
    void upHasNoReplicaOfItsOwn() {
        Finished finished = Finished.run("up", "--acknowledge", "replica");

        assertThat(finished.exit()).isEqualTo(USAGE);
        assertThat(finished.err()).contains("acknowledge: replica (expected: memory or fsync, or --redis-url");
    }

    @Test
    void buyReportsBadItemsAndServers() {
        assertThat(Finished.run("buy", "--activity", "1", "--user", "2", "--item", "book")
                        .err())
                .contains("'book' is not ID or ID:QUANTITY");
        Finished finished = Finished.run("buy", "--activity", "1", "--user", "2", "--item", "3", "--server", "nowhere");

        assertThat(finished.exit()).isEqualTo(USAGE);
        assertThat(finished.err()).contains("server: nowhere (expected: HOST:PORT)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"neither", "both"})
    void anOrderIsNamedByItsIdOrByItsRequest(String given) {
        List<String> words = new ArrayList<>(List.of("orders", "show", "--activity", "1", "--user", "2"));
        if (given.equals("both")) {
            words.addAll(List.of("--order", "x", "--request-id", "r"));
        }
        Finished finished = Finished.run(words.toArray(String[]::new));

        assertThat(finished.exit()).isEqualTo(USAGE);
        assertThat(finished.err()).contains("--order and --request-id: " + given + " given (expected: one of them)");
    }

    @Test
    void createReportsBadProductsTimesAndDurations() {
        Finished finished = Finished.run(
                "activity", "create", "--name", "x", "--product", "1001", "--start", "tomorrow", "--duration", "soon");

        assertThat(finished.exit()).isEqualTo(USAGE);
        assertThat(finished.err())
                .contains("'1001' is not ID:STOCK")
                .contains("'tomorrow' is not 'now'")
                .contains("'soon' is not a duration");
    }

    @Test
    void endAndDurationExcludeEachOther() {
        Finished finished = Finished.run(
                "activity",
                "create",
                "--name",
                "x",
                "--product",
                "1:1",
                "--end",
                "2126-11-11T00:00:00+08:00",
                "--duration",
                "1h");

        assertThat(finished.exit()).isEqualTo(USAGE);
        assertThat(finished.err()).contains("both given");
    }
}
