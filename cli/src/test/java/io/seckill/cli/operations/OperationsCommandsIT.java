package io.seckill.cli.operations;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.JsonFormat;
import io.seckill.cli.Finished;
import io.seckill.cli.local.LocalParts;
import io.seckill.embedded.PostgresProcess;
import io.seckill.embedded.SharedServers;
import io.seckill.migrations.Database;
import io.seckill.migrations.PostgresSettings;
import io.seckill.migrations.SchemaMigrator;
import io.seckill.server.SeckillServer;
import io.seckill.stock.DeadLetterScript;
import io.seckill.stock.RedisSettings;
import io.seckill.stock.StockRedis;
import io.seckill.stock.StreamEntry;
import io.seckill.stock.StreamGroup;
import io.seckill.v1.DescribeStreamsResponse;
import io.seckill.v1.ListDeadLettersResponse;
import io.seckill.v1.ReplayDeadLettersResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The commands for dead letters and streams, against a server. */
class OperationsCommandsIT {
    private static final int FAILED = 1;
    private static final int USAGE = 2;

    private static SeckillServer server;
    private static StockRedis stock;
    private static Database database;

    @BeforeAll
    static void start() {
        PostgresSettings postgres = PostgresSettings.of(SharedServers.freshJdbcUrl(), PostgresProcess.USER, "");
        SchemaMigrator.migrate(postgres);
        RedisSettings redis = RedisSettings.of(SharedServers.freshRedisUrl());
        server = new LocalParts(redis, postgres, Clock.systemUTC()).startServer(0);
        stock = StockRedis.connect(redis, "test");
        database = Database.open(postgres, "test");
    }

    @AfterAll
    static void stop() {
        database.close();
        stock.close();
        server.close();
    }

    @Test
    void lettersAreListedInPagesAndShownWhole() {
        String sale = sale();
        List<String> ids = setAside(sale, 3);

        Finished first = call("dlq", "list", "--activity", sale, "--page-size", "2");
        assertThat(first.outLines()).hasSize(4);
        assertThat(first.outLines().get(1)).startsWith(ids.get(0)).contains("DATA_ERROR", "23514", "planted");
        String token = first.outLines().get(3).replaceAll(".*--page-token ", "");
        Finished second = call("dlq", "list", "--activity", sale, "--page-size", "2", "--page-token", token);
        assertThat(second.outLines()).hasSize(2);
        assertThat(second.outLines().get(1)).startsWith(ids.get(2));

        Finished shown = call("dlq", "show", ids.get(0), ids.get(1), "--activity", sale);
        assertThat(shown.outLines())
                .contains("dead letter " + ids.get(0), "dead letter " + ids.get(1))
                .anyMatch(line -> line.matches("  uid +1"))
                .anyMatch(line -> line.matches("  uid +2"));
        assertThat(call("dlq", "list", "--activity", sale()).out()).isEqualToIgnoringNewLines("no dead letters");
    }

    @Test
    void replayRecordsWhatIsMendedAndShowsWhatIsNot() {
        String sale = sale();
        List<String> ids = setAside(sale, 3);
        refuse(sale, 2);

        Finished some = call("dlq", "replay", "--activity", sale, ids.get(0), ids.get(1));
        assertThat(some.exit()).isEqualTo(FAILED);
        assertThat(some.outLines()).hasSize(3).last().isEqualTo("1 recorded, 1 failed again");
        assertThat(some.outLines().get(1)).contains("DATA_ERROR", " 2 ", "23514");

        Finished rest = call("dlq", "replay", "--activity", sale, "--all");
        assertThat(rest.exit()).isEqualTo(FAILED);
        assertThat(rest.outLines()).last().isEqualTo("1 recorded, 1 failed again");

        allow();
        Finished mended = call("dlq", "replay", "--activity", sale, "--all");
        assertThat(mended.exit()).isZero();
        assertThat(mended.outLines()).containsExactly("1 recorded, 0 failed again");
        assertThat(call("dlq", "replay", "--activity", sale, "--all").outLines())
                .containsExactly("0 recorded, 0 failed again");
        assertThat(database.sql()
                        .fetchSingle("SELECT count(*) FROM seckill_logs WHERE activity_id = " + sale)
                        .get(0, Long.class))
                .isEqualTo(3);
    }

    @Test
    void replayOfAllTakesAsManyCallsAsItNeedsAndTellsHowFarItIs() {
        String sale = sale();
        setAside(sale, 230);

        Finished all = call("dlq", "replay", "--activity", sale, "--all", "--deadline", "1m");

        assertThat(all.outLines()).containsExactly("230 recorded, 0 failed again");
        assertThat(all.err()).contains("replaying 43 % (100 of 230)", "replaying 100 % (230 of 230)");
    }

    @Test
    void replayOfALetterThatIsNotThereIsOneLine() {
        Finished finished = call("dlq", "replay", "--activity", sale(), "0:1-0");

        assertThat(finished.exit()).isEqualTo(FAILED);
        assertThat(finished.err()).hasLineCount(1).contains("0:1-0", "DEAD_LETTER_NOT_FOUND");
    }

    @Test
    void discardWantsToBeMeant() {
        String sale = sale();
        List<String> ids = setAside(sale, 2);

        Finished refused = call("dlq", "discard", "--activity", sale, ids.get(0));
        assertThat(refused.exit()).isEqualTo(USAGE);
        assertThat(refused.err()).contains("--yes: missing").contains("seckill dlq show --activity " + sale + " ID");
        assertThat(call("dlq", "list", "--activity", sale).outLines()).hasSize(3);

        Finished discarded = call("dlq", "discard", "--activity", sale, ids.get(0), "--yes");
        assertThat(discarded.exit()).isZero();
        assertThat(discarded.outLines()).containsExactly("discarded " + ids.get(0));
        assertThat(call("dlq", "list", "--activity", sale).outLines()).hasSize(2);
    }

    @Test
    void wrongFlagsAreNamedTogetherAndNothingIsSent() {
        assertThat(call("dlq", "list").err()).contains("--activity and --stream: neither given");
        assertThat(call("dlq", "list", "--activity", "1", "--stream", "stream:seckill:1001")
                        .err())
                .contains("--activity and --stream: both given");
        assertThat(call("dlq", "replay", "--activity", "1").err()).contains("number of IDs: 0 (expected: 1..100)");
        assertThat(call("dlq", "replay", "--activity", "1", "--all", "0:1-0").err())
                .contains("ID and --all: both given");
        assertThat(call("streams", "--activity", "1", "--every", "1ms").err())
                .contains("every in ms: 1 (expected: 100..3600000)");
        assertThat(call("streams").exit()).isEqualTo(USAGE);
    }

    @Test
    void streamsShowWhatIsLeftAndWhoReads() {
        String sale = sale();
        setAside(sale, 2);
        buy(sale, 7);
        buy(sale, 8);
        read(sale);

        Finished streams = call("streams", "--activity", sale);

        assertThat(streams.exit()).isZero();
        assertThat(streams.outLines())
                .hasSize(4)
                .anyMatch(line -> line.matches("stream:seckill:\\{" + sale + "\\.0}:1001  g1 +2 +1 +1  \\S+"))
                .anyMatch(line -> line.matches("  worker-1 +1 +\\S+"))
                .anyMatch(line -> line.matches("stream:seckill:\\{" + sale + "\\.0}:dlq +- +2 +- +-"));
        assertThat(call("streams", "--activity", "999999").err())
                .hasLineCount(1)
                .contains("ACTIVITY_NOT_FOUND");
    }

    @Test
    void jsonIsTheMessageItself() throws Exception {
        String sale = sale();
        setAside(sale, 1);

        ListDeadLettersResponse.Builder list = ListDeadLettersResponse.newBuilder();
        JsonFormat.parser()
                .merge(call("dlq", "list", "--activity", sale, "--json").out(), list);
        DescribeStreamsResponse.Builder streams = DescribeStreamsResponse.newBuilder();
        JsonFormat.parser().merge(call("streams", "--activity", sale, "--json").out(), streams);
        ReplayDeadLettersResponse.Builder replay = ReplayDeadLettersResponse.newBuilder();
        JsonFormat.parser()
                .merge(
                        call("dlq", "replay", "--activity", sale, "--all", "--json")
                                .out(),
                        replay);

        assertThat(list.getDeadLettersCount()).isEqualTo(1);
        assertThat(streams.getStreamsCount()).isEqualTo(2);
        assertThat(replay.getRecordedIdsList())
                .containsExactly(list.getDeadLetters(0).getDeadLetterId());
    }

    private static String sale() {
        Finished created = call("activity", "create", "--name", "sale", "--product", "1001:1000", "--preheat");
        assertThat(created.exit()).as(created.err()).isZero();
        return created.out().replaceAll("(?s)activity (\\d+).*", "$1");
    }

    private static void buy(String sale, int user) {
        assertThat(call("buy", "--activity", sale, "--user", Integer.toString(user), "--item", "1001")
                        .exit())
                .isZero();
    }

    /** Sells to as many users, and sets their entries aside. */
    private static List<String> setAside(String sale, int users) {
        DeadLetterScript script = new DeadLetterScript(stock);
        List<String> ids = new ArrayList<>();
        for (int user = 1; user <= users; user++) {
            buy(sale, user);
            StreamEntry entry = read(sale);
            DeadLetterScript.Outcome outcome = script.move(
                            entry.stream(), entry.id(), "DATA_ERROR", "planted", "23514", 1)
                    .toCompletableFuture()
                    .join();
            ids.add("0:" + ((DeadLetterScript.Outcome.Moved) outcome).letterId());
        }
        return ids;
    }

    private static StreamEntry read(String sale) {
        String stream = "stream:seckill:{" + sale + ".0}:1001";
        return new StreamGroup(stock, "worker-1")
                .read(List.of(stream), 1, Duration.ZERO)
                .get(0);
    }

    private static void refuse(String sale, int user) {
        database.sql()
                .execute("ALTER TABLE seckill_logs ADD CONSTRAINT test_refuses CHECK (activity_id <> " + sale
                        + " OR user_id <> " + user + ")");
    }

    private static void allow() {
        database.sql().execute("ALTER TABLE seckill_logs DROP CONSTRAINT test_refuses");
    }

    private static Finished call(String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--server", "127.0.0.1:" + server.port()));
        return Finished.run(all.toArray(String[]::new));
    }
}
