package io.seckill.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.JsonFormat;
import io.seckill.cli.Finished;
import io.seckill.cli.local.LocalParts;
import io.seckill.embedded.FreePorts;
import io.seckill.embedded.PostgresProcess;
import io.seckill.embedded.SharedServers;
import io.seckill.migrations.PostgresSettings;
import io.seckill.migrations.SchemaMigrator;
import io.seckill.server.SeckillServer;
import io.seckill.stock.RedisSettings;
import io.seckill.v1.Activity;
import io.seckill.v1.SeckillResponse;
import io.seckill.v1.SeckillResponse.Outcome;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ClientCommandsIT {
    private static final int REFUSED = 3;

    private static SeckillServer server;

    @BeforeAll
    static void start() {
        PostgresSettings postgres = PostgresSettings.of(SharedServers.freshJdbcUrl(), PostgresProcess.USER, "");
        SchemaMigrator.migrate(postgres);
        RedisSettings redis = RedisSettings.of(SharedServers.freshRedisUrl());
        server = new LocalParts(redis, postgres, Clock.systemUTC()).startServer(0);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void aSaleIsMadePreheatedAndBought() {
        String id = create("--product", "1001:2:9900", "--product", "1002:1", "--preheat");

        Finished basket = call("buy", "--activity", id, "--user", "42", "--item", "1001", "--item", "1002");
        assertThat(basket.exit()).isZero();
        assertThat(basket.outLines()).hasSize(4);
        assertThat(basket.outLines().get(0)).startsWith("ACCEPTED: order ");
        assertThat(basket.out()).contains("stream:seckill:{" + id + ".0}:1001");

        Finished again = call("buy", "--activity", id, "--user", "42", "--item", "1001");
        assertThat(again.exit()).isEqualTo(REFUSED);
        assertThat(again.out()).startsWith("LIMIT_REACHED: the user holds order ");

        Finished late = call("buy", "--activity", id, "--user", "43", "--item", "1002");
        assertThat(late.exit()).isEqualTo(REFUSED);
        assertThat(late.out()).startsWith("SOLD_OUT: product 1002");

        assertThat(call("activity", "show", id).outLines())
                .anyMatch(line -> line.matches(" +1001 +2 +1 +9900"))
                .anyMatch(line -> line.matches(" +1002 +1 +0 +0"));
    }

    @Test
    void ratesAreLimitedAndShown() {
        String id = create("--product", "1001:5", "--preheat", "--user-rate", "1/30m", "--rate", "1000");
        assertThat(call("activity", "show", id).out())
                .contains("at most 1 requests per user in 30m, 1000 requests per second of all users");

        String[] buy = {"buy", "--activity", id, "--user", "1", "--item", "1001"};
        assertThat(call(buy).exit()).isZero();
        Finished over = call(buy);
        assertThat(over.exit()).isEqualTo(REFUSED);
        assertThat(over.out()).startsWith("RATE_LIMITED: ask again in ");
        assertThat(call("activity", "create", "--name", "s", "--product", "1:1", "--user-rate", "often")
                        .err())
                .contains("'often' is not N/TIME, such as 5/1s");
    }

    @Test
    void stockIsSpreadOverShardsAndPartlyHeldBack() {
        String id = create("--product", "1001:40", "--preheat", "--shards", "3", "--reserve", "25");
        assertThat(call("activity", "show", id, "--json").out())
                .containsPattern("\"shards\": ?3")
                .containsPattern("\"fallbackReservePercent\": ?25");
        assertThat(call("activity", "show", id).outLines())
                .as("30 of 40 are in the pools")
                .anyMatch(line -> line.matches(" +1001 +40 +30 +0"));

        Finished refused =
                call("activity", "create", "--name", "s", "--product", "1:1", "--shards", "65", "--reserve", "101");
        assertThat(refused.exit()).isNotZero();
        assertThat(refused.err())
                .contains("activity.shards: 65 (expected: 1..64)")
                .contains("activity.fallback_reserve_percent: 101 (expected: 0..100)");
    }

    @Test
    void sameRequestIdGetsTheSameAnswer() {
        String id = create("--product", "1001:5", "--preheat");
        Finished first = call("buy", "--activity", id, "--user", "1", "--item", "1001", "--request-id", "a");
        Finished second = call("buy", "--activity", id, "--user", "1", "--item", "1001", "--request-id", "a");
        assertThat(second.exit()).isZero();
        assertThat(second.out())
                .contains("by an earlier call")
                .contains(first.outLines().get(2));

        Finished other =
                call("buy", "--activity", id, "--user", "1", "--item", "1001", "--item", "9", "--request-id", "a");
        assertThat(other.exit()).isEqualTo(1);
        assertThat(other.err()).hasLineCount(1);
    }

    @Test
    void faultsOfTheRequestAreOneLine() {
        String id = create("--product", "1001:5", "--preheat");
        Finished finished = call("buy", "--activity", id, "--user", "0", "--item", "1001:0");

        assertThat(finished.exit()).isEqualTo(1);
        assertThat(finished.out()).isEmpty();
        assertThat(finished.err())
                .hasLineCount(1)
                .startsWith("seckill buy: ")
                .contains("items[0].quantity: 0 (expected:")
                .contains("user_id: 0 (expected: > 0)");
        assertThat(call("activity", "show", "999999").err()).hasLineCount(1).contains("ACTIVITY_NOT_FOUND");
    }

    @Test
    void switchesAndMoreStockTakeEffect() {
        String id = create("--product", "1001:1", "--preheat", "--max-orders-per-user", "5");
        assertThat(call("activity", "pause", id).out()).contains("PAUSED");
        assertThat(call("buy", "--activity", id, "--user", "1", "--item", "1001")
                        .out())
                .startsWith("PAUSED");
        assertThat(call("activity", "resume", id).out()).contains("ACTIVE");
        assertThat(call("buy", "--activity", id, "--user", "1", "--item", "1001")
                        .exit())
                .isZero();
        assertThat(call("buy", "--activity", id, "--user", "1", "--item", "1001")
                        .exit())
                .isEqualTo(REFUSED);

        Finished more = call("activity", "add-stock", id, "--product", "1001", "--quantity", "3");
        assertThat(more.outLines()).anyMatch(line -> line.matches(" +1001 +4 +- +0"));
        assertThat(call("buy", "--activity", id, "--user", "1", "--item", "1001")
                        .exit())
                .isZero();

        assertThat(call("activity", "end", id).out()).contains("ENDED");
        assertThat(call("buy", "--activity", id, "--user", "2", "--item", "1001")
                        .out())
                .startsWith("ENDED");
    }

    @Test
    void aSaleThatIsNotPreheatedSaysWhatToDo() {
        String id = create("--product", "1001:1");

        assertThat(call("activity", "show", id).out()).contains("not preheated: 'seckill activity preheat " + id + "'");
        Finished early = call("buy", "--activity", id, "--user", "1", "--item", "1001");
        assertThat(early.exit()).isEqualTo(1);
        assertThat(early.err()).hasLineCount(1).contains("ACTIVITY_NOT_PREHEATED");

        assertThat(call("activity", "preheat", id).exit()).isZero();
        assertThat(call("activity", "preheat", id).err()).hasLineCount(1).contains("ALREADY_PREHEATED");
    }

    @Test
    void aSaleOfTomorrowSaysWhenItOpens() {
        String id = create("--product", "1001:1", "--preheat", "--start", "2126-11-11T00:00:00+08:00");
        Finished early = call("buy", "--activity", id, "--user", "1", "--item", "1001");

        assertThat(early.exit()).isEqualTo(REFUSED);
        assertThat(early.out()).startsWith("NOT_STARTED: the sale opens in ");
        assertThat(call("activity", "show", id).out()).contains("from 2126-11-10T16:00:00Z to 2126-11-10T17:00:00Z");
    }

    @Test
    void listsArePaged() {
        String first = create("--product", "1001:1");
        String second = create("--product", "1001:1");
        Finished page = call("activity", "list", "--page-size", "1");
        assertThat(page.outLines()).hasSize(3);
        assertThat(page.outLines().get(1).strip()).startsWith(second);

        String token = page.outLines().get(2).replaceAll(".*--page-token ", "");
        Finished next = call("activity", "list", "--page-size", "1", "--page-token", token);
        assertThat(next.outLines().get(1).strip()).startsWith(first);
    }

    @Test
    void jsonIsTheMessageItself() throws Exception {
        Finished created = call("activity", "create", "--name", "sale", "--product", "1001:1", "--preheat", "--json");
        Activity.Builder activity = Activity.newBuilder();
        JsonFormat.parser().merge(created.out(), activity);
        assertThat(activity.getName()).isEqualTo("sale");
        assertThat(activity.hasPreheatTime()).isTrue();

        String id = Long.toString(activity.getActivityId());
        Finished bought = call("buy", "--activity", id, "--user", "1", "--item", "1001", "--json");
        SeckillResponse.Builder response = SeckillResponse.newBuilder();
        JsonFormat.parser().merge(bought.out(), response);
        assertThat(response.getOutcome()).isEqualTo(Outcome.ACCEPTED);
    }

    @Test
    void aServerThatIsNotThereIsOneLine() {
        Finished finished = Finished.run(
                "buy", "--activity", "1", "--user", "1", "--item", "1", "--server", "127.0.0.1:" + FreePorts.next());

        assertThat(finished.exit()).isEqualTo(1);
        assertThat(finished.err())
                .hasLineCount(1)
                .contains("no Seckill server answers")
                .doesNotContain("bought");
    }

    private static String create(String... flags) {
        List<String> words = new ArrayList<>(List.of("activity", "create", "--name", "First sale"));
        words.addAll(List.of(flags));
        Finished created = call(words.toArray(String[]::new));
        assertThat(created.exit()).as(created.err()).isZero();
        return created.out().replaceAll("(?s)activity (\\d+).*", "$1");
    }

    private static Finished call(String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--server", "127.0.0.1:" + server.port()));
        return Finished.run(all.toArray(String[]::new));
    }
}
