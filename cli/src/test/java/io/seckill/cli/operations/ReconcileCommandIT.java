package io.seckill.cli.operations;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.JsonFormat;
import io.seckill.books.recording.LineStore;
import io.seckill.cli.Finished;
import io.seckill.cli.local.LocalParts;
import io.seckill.embedded.PostgresProcess;
import io.seckill.embedded.SharedServers;
import io.seckill.migrations.Database;
import io.seckill.migrations.PostgresSettings;
import io.seckill.migrations.SchemaMigrator;
import io.seckill.server.SeckillServer;
import io.seckill.stock.AcknowledgeScript;
import io.seckill.stock.Answers;
import io.seckill.stock.DecodedEntry;
import io.seckill.stock.EntryCodec;
import io.seckill.stock.RedisSettings;
import io.seckill.stock.StockRedis;
import io.seckill.stock.StreamEntry;
import io.seckill.stock.StreamGroup;
import io.seckill.stock.StreamId;
import io.seckill.stock.StreamScan;
import io.seckill.v1.ReconcileResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * {@code seckill reconcile} against a server, and no worker, so that each test says what is recorded: every way in which the
 * books can be wrong is found and named.
 */
class ReconcileCommandIT {
    private static final int DIFFERS = 1;
    private static final int USAGE = 2;

    private static RedisSettings redis;
    private static SeckillServer server;
    private static StockRedis stock;
    private static Database database;

    private String sale;

    @BeforeAll
    static void start() {
        PostgresSettings postgres = PostgresSettings.of(SharedServers.freshJdbcUrl(), PostgresProcess.USER, "");
        SchemaMigrator.migrate(postgres);
        redis = RedisSettings.of(SharedServers.freshRedisUrl());
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

    /** Two products of 100 units: of the first 3 are recorded and 2 in the stream, of the second 1 is in the stream. */
    @BeforeEach
    void sell() {
        sale = sale("1001:100", "1002:100");
        for (int user = 1; user <= 3; user++) {
            buy(user, "1001");
        }
        record();
        buy(4, "1001");
        buy(5, "1001", "1002");
    }

    @Test
    void everyTermIsShownAndTheDifferenceIsNothing() {
        Finished books = reconcile();

        assertThat(books.outLines())
                .satisfiesExactly(
                        heading -> assertThat(heading).contains("product", "total", "in flight", "difference"),
                        first -> assertThat(first).matches(" +1001 +100 +0 +0 +0 +95 +2 +3 +0 +0 +0 +0"),
                        second -> assertThat(second).matches(" +1002 +100 +0 +0 +0 +99 +1 +0 +0 +0 +0 +0"),
                        verdict -> assertThat(verdict)
                                .isEqualTo("BOOKS ok activity=" + sale + " products=2 units=200 difference=0"));
        assertThat(books.exit()).isZero();
    }

    @Test
    void jsonIsTheMessageItself() throws Exception {
        ReconcileResponse.Builder books = ReconcileResponse.newBuilder();
        JsonFormat.parser().merge(call("reconcile", sale, "--json").out(), books);

        assertThat(books.getActivityId()).isEqualTo(Long.parseLong(sale));
        assertThat(books.getProducts(0).getInFlight()).isEqualTo(2);
    }

    @Test
    void unitsThatAppearInAPoolAreFound() {
        redis("HINCRBY", pool(), "remaining:1001", "1");

        assertDiffers(
                -1,
                "product 1001: allocation \\d+ \\(shard 0, epoch 1\\): its pool has 96 units left and spent 5, 101"
                        + " in all \\(expected: 100, .*");
    }

    @Test
    void salesThatAPoolForgotAreFound() {
        redis("HINCRBY", pool(), "cum:1001", "-1");

        assertDiffers(
                0,
                "product 1001: .*its pool spent 4 units, and 5 are accounted for \\(2 in its stream, 3 recorded, 0"
                        + " quarantined\\)");
    }

    @Test
    void entryThatWasDeletedBeforeItWasRecordedIsNamedWithItsOrder() {
        String id = entries("1001").get(0).id();
        redis("XDEL", stream("1001"), id);

        assertDiffers(
                1,
                "product 1001: order \\S+ of user 4: accepted with 1 units, its entry " + id + " of .*:1001 is"
                        + " neither in the stream nor recorded");
    }

    @Test
    void streamThatWasTrimmedIsNamedOrderByOrder() {
        redis("XTRIM", stream("1001"), "MAXLEN", "0");
        redis("HSET", "seckill:{" + sale + ".0}:buyers", "88", "nonsense", "89", "x\tr\t1001x1\t1-0");

        assertDiffers(
                2,
                "shard 0: what buyer 88 holds cannot be read",
                "shard 0: what buyer 89 holds cannot be read",
                "product 1001: order \\S+ of user 4: .*",
                "product 1001: order \\S+ of user 5: .*");
    }

    @Test
    void streamThatWasDeletedIsNamedOrderByOrder() {
        redis("DEL", stream("1001"));

        assertDiffers(
                2,
                "product 1001: .*its pool spent 5 units, and 3 are accounted for.*",
                "product 1001: order \\S+ of user 4: .*",
                "product 1001: order \\S+ of user 5: .*");
    }

    @Test
    void entryThatWasPutThereByHandIsNamed() {
        StreamEntry real = entries("1001").get(0);
        String forged = forge("1001", Map.of("order", "00000000-0000-7000-8000-000000000001", "uid", "77"), real);

        assertDiffers(
                -1,
                "product 1001: entry " + forged + " of .*: the pool did not sell it, so somebody put it there by"
                        + " hand");
    }

    @Test
    void entryThatNamesAnAllocationOfAnotherProductIsNamed() {
        String forged = forge(
                "1001",
                Map.of("order", "00000000-0000-7000-8000-000000000001", "alloc", "999999"),
                entries("1001").get(0));

        assertDiffers(
                0,
                "product 1001: entry " + forged + " of .*: it names allocation 999999 and epoch 1, which are not"
                        + " its stream's");
    }

    @Test
    void entryThatContradictsARecordedRowIsNamed() {
        StreamEntry waiting = entries("1001").get(0);
        assertThat(new LineStore(database.sql()).insert(List.of(EntryCodec.decode(waiting))))
                .isEmpty();
        database.sql().execute("UPDATE seckill_logs SET user_id = 99 WHERE stream_id = ?", waiting.id());

        assertDiffers(
                0,
                "product 1001: entry " + waiting.id() + " of .*: PostgreSQL has recorded other content under its"
                        + " stream and id");
    }

    @Test
    void rowThatWasDeletedIsNamedWithItsOrder() {
        String order = text("SELECT order_id::text FROM orders WHERE activity_id = ? ORDER BY user_id LIMIT 1");
        database.sql().execute("DELETE FROM seckill_logs WHERE order_id = ?::uuid", order);

        assertDiffers(
                0,
                "product 1001: .*it counts 3 units as persisted, its lines are of 2 .*",
                "order " + order + " of user 1: it has 1 lines, and 0 are recorded");
    }

    @Test
    void countThatWasChangedBySqlIsFound() {
        database.sql()
                .execute(
                        "UPDATE allocations SET persisted = persisted + 4 WHERE product_id = 1001 AND"
                                + " activity_id = ?",
                        Long.parseLong(sale));

        assertDiffers(-4, "product 1001: .*it counts 7 units as persisted, its lines are of 3 .*");
    }

    @Test
    void unitsThatWereTakenFromTheBooksAreFound() {
        database.sql()
                .execute(
                        "UPDATE allocations SET granted = granted - 1 WHERE product_id = 1002 AND activity_id = ?",
                        Long.parseLong(sale));

        assertDiffers(1, "product 1002: it has 100 units in all, but 0 unallocated and 99 allocated .*");
    }

    @Test
    void lineUnderAnAllocationThatIsNotItsOwnIsFound() {
        database.sql()
                .execute(
                        "UPDATE seckill_logs SET allocation_id = 888888 WHERE user_id = 1 AND activity_id = ?",
                        Long.parseLong(sale));

        assertDiffers(
                0,
                "product 1001: 1 lines of .*:1001, epoch 1, are recorded under allocation 888888, which is not"
                        + " theirs");
    }

    @Test
    void grantThatRedisForgotIsFound() {
        redis("DEL", "seckill:{" + sale + ".0}:grants");

        assertDiffers(-200, "product 1001: .*its pool has 95 units left and spent 5, 100 in all \\(expected: 0, .*");
    }

    @Test
    void poolThatIsGoneIsSaidToBe() {
        redis("DEL", pool());

        // The server may have noticed, too.
        assertDiffers(
                194, "shard 0: (there is no pool in Redis|its pool is being replaced), and what it ha[sd] left .*");
    }

    @Test
    void poolOfAnotherEpochIsSaidToBe() {
        redis("HSET", pool(), "epoch", "7");

        // The server may have noticed, too.
        assertDiffers(194, "shard 0: its pool (in Redis is of epoch 7 \\(expected: 1\\)|is being replaced, .*)");
    }

    @Test
    void poolThatIsBeingReplacedIsSaidToBe() {
        database.sql()
                .execute(
                        "UPDATE pools SET fenced_at = now(), fenced_because = 'Redis forgot' WHERE activity_id = ?",
                        Long.parseLong(sale));

        assertDiffers(194, "shard 0: its pool is being replaced, and what it has left is not known: Redis forgot");
    }

    @Test
    void poolThatForgotASwitchIsFound() {
        assertThat(call("activity", "pause", sale).exit()).isZero();
        redis("HSET", pool(), "version", "1");

        assertDiffers(0, "shard 0: its pool follows version 1 of the activity \\(expected: \\d+ or later\\)");
    }

    @Test
    void requestThatBecameTwoOrdersIsNamedWhereTheIndexIsGone() {
        database.sql().execute("ALTER INDEX orders_one_per_request RENAME TO orders_elsewhere");
        try {
            assertDiffers(0, "the unique index orders_one_per_request is missing or not valid, .*");
        } finally {
            database.sql().execute("ALTER INDEX orders_elsewhere RENAME TO orders_one_per_request");
        }
    }

    @Test
    void grantThatIsNotAppliedIsOnTheWayAndRepairBringsItThereOnce() {
        long allocation =
                Long.parseLong(text("SELECT id::text FROM allocations WHERE activity_id = ? AND product_id = 1001"));
        database.sql()
                .execute(
                        "UPDATE activity_items SET total = total + 5 WHERE product_id = 1001 AND activity_id = ?",
                        Long.parseLong(sale));
        database.sql().execute("UPDATE allocations SET granted = granted + 5 WHERE id = ?", allocation);
        database.sql()
                .execute(
                        "INSERT INTO grants (allocation_id, units, created_at) VALUES (?, 5, now() - interval '1 minute')",
                        allocation);

        assertDiffers(
                0,
                "product 1001: grant \\d+ of 5 units to allocation " + allocation + " is not in its pool after"
                        + " 6\\d s");

        Finished repaired = call("reconcile", sale, "--repair");
        assertThat(repaired.outLines().get(0))
                .matches("repaired: grant \\d+: its 5 units of product 1001 are in the pool");
        assertThat(repaired.outLines().get(2)).matches(" +1001 +105 +0 +0 +0 +100 +2 +3 +0 +0 +0 +0");
        assertThat(repaired.exit()).isZero();
        assertThat(call("reconcile", sale, "--repair").outLines()).noneMatch(line -> line.startsWith("repaired"));
    }

    @Test
    void returnThatIsNotTakenInIsComingBackAndRepairTakesItInOnce() {
        assertThat(call("activity", "end", sale).exit()).isZero();
        record();
        database.sql().execute("UPDATE activities SET drained_at = now() WHERE id = ?", Long.parseLong(sale));
        database.sql()
                .execute(
                        "INSERT INTO returns (allocation_id, created_at) SELECT id, now() - interval '1 minute'"
                                + " FROM allocations WHERE activity_id = ? AND product_id = 1001",
                        Long.parseLong(sale));
        assertDiffers(0, "product 1001: return \\d+ of 0 units .* is not taken in after 6\\d s");

        Finished repaired = call("reconcile", sale, "--repair");

        assertThat(repaired.outLines().get(0)).matches("repaired: return \\d+: 95 units of product 1001 are back");
        assertThat(repaired.outLines()).anyMatch(line -> line.matches(" +1001 +100 +95 +0 +0 +0 +0 +5 +0 +0 +0 +0"));
        assertThat(repaired.exit()).isZero();
    }

    @Test
    void unitsBetweenAPoolAndTheBooksAreComingBack() {
        long allocation =
                Long.parseLong(text("SELECT id::text FROM allocations WHERE activity_id = ? AND product_id = 1001"));
        redis("HSET", "seckill:{" + sale + ".0}:returns", "123456", allocation + "x10");
        redis("HINCRBY", pool(), "remaining:1001", "-10");

        assertThat(reconcile().outLines().get(1)).matches(" +1001 +100 +0 +0 +0 +85 +2 +3 +0 +0 +10 +0");
    }

    @Test
    void cancelledOrdersAreInTheBooksTwiceAndCountOnce() {
        String order = text("SELECT order_id::text FROM orders WHERE activity_id = ? AND user_id = 1");
        assertThat(call("orders", "cancel", "--activity", sale, "--user", "1", "--order", order)
                        .exit())
                .isZero();

        assertThat(reconcile().outLines().get(1)).matches(" +1001 +100 +1 +0 +0 +95 +2 +3 +1 +0 +0 +0");
    }

    @Test
    void epochThatIsClosedIsPostgresAlone() {
        record();
        database.sql()
                .execute(
                        "UPDATE allocations SET closed_at = now(), quarantined = 2, returned = granted - persisted - 2"
                                + " WHERE activity_id = ?",
                        Long.parseLong(sale));
        database.sql()
                .execute(
                        "UPDATE activity_items item SET unallocated = (SELECT sum(returned) FROM allocations a WHERE"
                                + " (a.activity_id, a.product_id) = (item.activity_id, item.product_id))"
                                + " WHERE activity_id = ?",
                        Long.parseLong(sale));

        assertThat(reconcile().outLines().get(1)).matches(" +1001 +100 +93 +0 +0 +0 +0 +5 +0 +2 +0 +0");
        database.sql().execute("UPDATE allocations SET quarantined = 1 WHERE activity_id = ?", Long.parseLong(sale));
        assertDiffers(
                2,
                "product 1001: .*it is closed with 7 units \\(granted 100, returned 93\\), and 6 are accounted"
                        + " for .*");
    }

    @Test
    void salesWithoutPoolsAreAddedUpToo() {
        String draft = call("activity", "create", "--name", "draft", "--product", "1:5")
                .out()
                .replaceAll("(?s)activity (\\d+).*", "$1");
        assertThat(call("reconcile", draft).outLines())
                .anyMatch(line -> line.matches(" +1 +5 +5 +0 +0 +0 +0 +0 +0 +0 +0 +0"))
                .last()
                .asString()
                .startsWith("BOOKS ok");
        String closed = sale("1:5");
        database.sql()
                .execute(
                        "UPDATE activities SET drained_at = now(), recalled_at = now(), closed_at = now() WHERE id = ?",
                        Long.parseLong(closed));
        database.sql()
                .execute("UPDATE allocations SET returned = granted WHERE activity_id = ?", Long.parseLong(closed));
        database.sql()
                .execute("UPDATE activity_items SET unallocated = total WHERE activity_id = ?", Long.parseLong(closed));
        redis("DEL", "seckill:{" + closed + ".0}:pool");
        assertThat(call("reconcile", closed).outLines()).last().asString().startsWith("BOOKS ok");
        assertThat(call("reconcile", "999999").err()).hasLineCount(1).contains("ACTIVITY_NOT_FOUND");
        assertThat(call("reconcile", "-3").err()).contains("activity_id: -3");
        assertThat(call("reconcile", "soon").exit()).isEqualTo(USAGE);
        assertThat(call("reconcile", "--every", "1ms").err()).contains("every in ms: 1 (expected: 100..3600000)");
    }

    @Test
    void allOpenSalesAreAddedUpWhenNoneIsNamed() {
        String closed = sale("1:5");
        database.sql()
                .execute(
                        "UPDATE activities SET drained_at = now(), recalled_at = now(), closed_at = now() WHERE id = ?",
                        Long.parseLong(closed));

        Finished all = call("reconcile");

        assertThat(all.outLines())
                .anyMatch(line -> line.startsWith("BOOKS ok activity=" + sale + " "))
                .noneMatch(line -> line.contains("activity=" + closed + " "));
    }

    private Finished reconcile() {
        return call("reconcile", sale);
    }

    /** That the units which are nowhere are these, over all products, and that a line of the output says each of this. */
    private void assertDiffers(long difference, String... findings) {
        Finished books = reconcile();
        assertThat(books.exit()).as(books.out() + books.err()).isEqualTo(DIFFERS);
        assertThat(books.outLines()).as(books.err()).last().asString().startsWith("BOOKS differ activity=" + sale);
        for (String finding : findings) {
            assertThat(books.outLines()).as(finding).anyMatch(line -> line.matches(finding));
        }
        long sum = books.outLines().stream()
                .filter(line -> line.matches(" +100[12] .*"))
                .mapToLong(line -> Long.parseLong(line.replaceAll(".* ", "")))
                .sum();
        assertThat(sum).as(books.out()).isEqualTo(difference);
    }

    private static String sale(String... products) {
        List<String> words = new ArrayList<>(List.of("activity", "create", "--name", "sale", "--preheat"));
        for (String product : products) {
            words.addAll(List.of("--product", product));
        }
        Finished created = call(words.toArray(String[]::new));
        assertThat(created.exit()).as(created.err()).isZero();
        return created.out().replaceAll("(?s)activity (\\d+).*", "$1");
    }

    private void buy(int user, String... products) {
        List<String> words = new ArrayList<>(List.of("buy", "--activity", sale, "--user", Integer.toString(user)));
        for (String product : products) {
            words.addAll(List.of("--item", product));
        }
        assertThat(call(words.toArray(String[]::new)).exit()).isZero();
    }

    /** Records all that stands in the streams, as a worker does. */
    private void record() {
        StreamGroup group = new StreamGroup(stock, "test");
        for (String product : List.of("1001", "1002")) {
            group.read(List.of(stream(product)), 100, Duration.ZERO);
            List<StreamEntry> entries = entries(product);
            if (!entries.isEmpty()) {
                List<DecodedEntry> lines =
                        entries.stream().map(EntryCodec::decode).toList();
                assertThat(new LineStore(database.sql()).insert(lines)).isEmpty();
                Answers.await(new AcknowledgeScript(stock)
                        .acknowledge(Map.of(
                                stream(product),
                                entries.stream().map(StreamEntry::id).toList())));
            }
        }
    }

    private List<StreamEntry> entries(String product) {
        List<StreamEntry> entries = new ArrayList<>();
        new StreamScan(stock).scan(stream(product), new StreamId(Long.MAX_VALUE, Long.MAX_VALUE), entries::add);
        return entries;
    }

    /** Puts an entry into a stream that is like a real one but for some fields; says its id. */
    private String forge(String product, Map<String, String> changes, StreamEntry like) {
        List<String> words = new ArrayList<>(List.of("XADD", stream(product), "*"));
        like.fields().forEach((name, value) -> words.addAll(List.of(name, changes.getOrDefault(name, value))));
        redis(words.toArray(String[]::new));
        List<StreamEntry> all = entries(product);
        return all.get(all.size() - 1).id();
    }

    private String stream(String product) {
        return "stream:seckill:{" + sale + ".0}:" + product;
    }

    private String pool() {
        return "seckill:{" + sale + ".0}:pool";
    }

    private String text(String query) {
        return database.sql().fetchSingle(query, Long.parseLong(sale)).get(0, String.class);
    }

    /** Runs one command as an operator would with redis-cli. */
    private static void redis(String... words) {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), redis.url().getPort())) {
            ByteArrayOutputStream request = new ByteArrayOutputStream();
            command(request, "SELECT", Integer.toString(redis.database()));
            command(request, words);
            socket.getOutputStream().write(request.toByteArray());
            byte[] selected = socket.getInputStream().readNBytes("+OK\r\n".length());
            int answer = socket.getInputStream().read();
            if (selected[0] == '-' || answer == '-') {
                throw new IllegalStateException("Redis refuses: " + List.of(words));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Redis does not run: " + List.of(words), e);
        }
    }

    private static void command(ByteArrayOutputStream request, String... words) throws IOException {
        request.write(("*" + words.length + "\r\n").getBytes(StandardCharsets.UTF_8));
        for (String word : words) {
            byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
            request.write(("$" + bytes.length + "\r\n").getBytes(StandardCharsets.UTF_8));
            request.write(bytes);
            request.write("\r\n".getBytes(StandardCharsets.UTF_8));
        }
    }

    private static Finished call(String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--server", "127.0.0.1:" + server.port()));
        return Finished.run(all.toArray(String[]::new));
    }
}
