package io.seckill.cli.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.books.recording.LineStore;
import io.seckill.cli.Finished;
import io.seckill.cli.local.LocalParts;
import io.seckill.embedded.PostgresProcess;
import io.seckill.embedded.RedisCommand;
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
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jooq.DSLContext;

/**
 * A server and its stores, and no worker, so that each test says what is recorded; and one sale, whose books a test reads or
 * spoils.
 */
final class ReconcileBed implements AutoCloseable {
    static final int USAGE = 2;

    private static final int DIFFERS = 1;

    private final RedisSettings redis = RedisSettings.of(SharedServers.freshRedisUrl());
    private final LocalParts parts;
    private final StockRedis stock;
    private final Database database;
    private SeckillServer server;
    private String sale = "";

    ReconcileBed() {
        PostgresSettings postgres = PostgresSettings.of(SharedServers.freshJdbcUrl(), PostgresProcess.USER, "");
        SchemaMigrator.migrate(postgres);
        parts = new LocalParts(redis, postgres, Clock.systemUTC());
        server = parts.startServer(0);
        stock = StockRedis.connect(redis, "test");
        database = Database.open(postgres, "test");
    }

    /** Two products of 100 units: of the first 3 are recorded and 2 in the stream, of the second 1 is in the stream. */
    void sell() {
        sale = makeSale("1001:100", "1002:100");
        for (int user = 1; user <= 3; user++) {
            buy(user, "1001");
        }
        record();
        buy(4, "1001");
        buy(5, "1001", "1002");
    }

    /** Puts another server in the place of the one that sold: it saw nothing of the sale, so it fences no pool of it. */
    void restartServer() {
        server.close();
        server = parts.startServer(0);
    }

    String sale() {
        return sale;
    }

    long saleId() {
        return Long.parseLong(sale);
    }

    /** Makes and preheats a sale of these products, each ID:UNITS, that is open now. */
    String makeSale(String... products) {
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
    void record() {
        StreamGroup group = new StreamGroup(stock, "test");
        for (String product : List.of("1001", "1002")) {
            group.read(List.of(stream(product)), 100, Duration.ZERO);
            List<StreamEntry> entries = entries(product);
            if (!entries.isEmpty()) {
                List<DecodedEntry> lines =
                        entries.stream().map(EntryCodec::decode).toList();
                assertThat(new LineStore(sql()).insert(lines)).isEmpty();
                Answers.await(new AcknowledgeScript(stock)
                        .acknowledge(Map.of(
                                stream(product),
                                entries.stream().map(StreamEntry::id).toList())));
            }
        }
    }

    Finished call(String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--server", "127.0.0.1:" + server.port()));
        return Finished.run(all.toArray(String[]::new));
    }

    Finished reconcile() {
        return call("reconcile", sale);
    }

    /** That the units which are nowhere are these, over all products, and that a line of the output says each of this. */
    void assertDiffers(long difference, String... findings) {
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

    List<StreamEntry> entries(String product) {
        List<StreamEntry> entries = new ArrayList<>();
        new StreamScan(stock).scan(stream(product), new StreamId(Long.MAX_VALUE, Long.MAX_VALUE), entries::add);
        return entries;
    }

    /** Puts an entry into a stream that is like a real one but for some fields; says its id. */
    String forge(String product, Map<String, String> changes, StreamEntry like) {
        List<String> words = new ArrayList<>(List.of("XADD", stream(product), "*"));
        like.fields().forEach((name, value) -> words.addAll(List.of(name, changes.getOrDefault(name, value))));
        return redis(words.toArray(String[]::new));
    }

    String stream(String product) {
        return "stream:seckill:{" + sale + ".0}:" + product;
    }

    String pool() {
        return key("pool");
    }

    /** A key of the sale's only shard. */
    String key(String name) {
        return "seckill:{" + sale + ".0}:" + name;
    }

    DSLContext sql() {
        return database.sql();
    }

    /** The text that a query about this sale gives. */
    String text(String query) {
        return sql().fetchSingle(query, saleId()).get(0, String.class);
    }

    /** Runs one command as an operator would with redis-cli. */
    String redis(String... words) {
        return RedisCommand.run(redis.url().getPort(), redis.database(), words);
    }

    @Override
    public void close() {
        database.close();
        stock.close();
        server.close();
    }
}
