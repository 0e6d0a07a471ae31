package io.seckill.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.books.fallback.DatabasePool;
import io.seckill.books.fallback.DatabaseSale;
import io.seckill.books.orders.OrderTransitions;
import io.seckill.books.recording.LineStore;
import io.seckill.embedded.FreePorts;
import io.seckill.embedded.PostgresProcess;
import io.seckill.embedded.SharedServers;
import io.seckill.embedded.TemporaryDirectories;
import io.seckill.stock.DecodedEntry;
import io.seckill.stock.EntryCodec;
import io.seckill.stock.ReserveOrder;
import io.seckill.stock.ReserveOutcome;
import io.seckill.stock.StreamEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What PostgreSQL itself says that a batch costs. */
class BatchStatementsIT {
    private static final int LARGEST = Pace.MAX_BATCH_SIZE;
    private static final Pattern STATEMENT = Pattern.compile("LOG:  (?:execute|statement) ?(.*)");
    private static final String BEGIN = ": BEGIN";

    private Path dir;
    private PostgresProcess postgres;
    private Bed bed;
    private Bed.Sale sale;
    private LineStore store;

    @BeforeEach
    void open() {
        dir = TemporaryDirectories.create("worker-statements");
        postgres = PostgresProcess.start(
                dir,
                FreePorts.next(),
                Map.of(
                        "log_statement", "all",
                        "logging_collector", "on",
                        "log_directory", dir.toString(),
                        "log_filename", "statements.log"));
        postgres.createDatabase("seckill");
        bed = new Bed(SharedServers.freshRedisUrl(), postgres.jdbcUrl("seckill"));
        sale = bed.sale(7, 100_000, 1001, 1002);
        store = new LineStore(bed.database.sql());
    }

    @AfterEach
    void close() {
        bed.close();
        postgres.close();
        TemporaryDirectories.delete(dir);
    }

    @Test
    void newBatchTakesFourStatementsWhateverItsSize() throws Exception {
        for (int size : new int[] {1, 10, LARGEST}) {
            List<DecodedEntry> batch = lines(size);
            assertThat(statementsOf(() -> assertThat(store.insert(batch)).isEmpty()))
                    .as("statements for %d lines", size)
                    .extracting(BatchStatementsIT::firstWord)
                    .containsExactly("SELECT", "COPY", "COPY", "WITH", "COMMIT");
        }
        assertThat(sale.persisted(1001) + sale.persisted(1002)).isEqualTo(11 + LARGEST);
    }

    @Test
    void batchThatWasRecordedInPartTakesFiveAfterTheTwoThatFindOut() throws Exception {
        List<DecodedEntry> lines = lines(LARGEST);
        assertThat(store.insert(lines.subList(0, 700))).isEmpty();
        assertThat(statementsOf(() -> assertThat(store.insert(lines)).isEmpty()))
                .extracting(BatchStatementsIT::firstWord)
                .containsExactly(
                        "SELECT", "COPY", "ROLLBACK", "INSERT", "SELECT", "INSERT", "SELECT", "WITH", "COMMIT");
        assertThat(bed.logs()).isEqualTo(LARGEST);
    }

    @Test
    void plansAreMadeForEachBatchAnew() throws Exception {
        List<String> statements = statementsOf(() -> {
            for (int i = 0; i < 10; i++) {
                List<DecodedEntry> batch = lines(1);
                assertThat(store.insert(batch)).as("as new ones").isEmpty();
                assertThat(store.insert(batch)).as("as redelivered ones").isEmpty();
            }
        });
        for (String planned : List.of("INSERT INTO seckill_logs", "SELECT allocation.id, ")) {
            assertThat(statements)
                    .filteredOn(statement -> statement.contains(planned))
                    .hasSizeGreaterThanOrEqualTo(10)
                    .allMatch(statement -> statement.startsWith("<unnamed>: "));
        }
    }

    @Test
    void ordersExpireInAsManyStatementsWhateverTheirNumber() throws Exception {
        OrderTransitions orders = new OrderTransitions(bed.database.sql());
        for (int size : new int[] {1, OrderTransitions.MAX_EXPIRED_AT_ONCE}) {
            assertThat(store.insert(lines(size))).isEmpty();
            bed.database.sql().execute("UPDATE orders SET expires_at = now() WHERE status = 'PENDING_PAYMENT'");
            assertThat(statementsOf(() -> assertThat(orders.expireDue(OrderTransitions.MAX_EXPIRED_AT_ONCE))
                            .isEqualTo(size)))
                    .as("statements for %d orders", size)
                    .extracting(BatchStatementsIT::firstWord)
                    .containsExactly("WITH", "WITH", "WITH", "COMMIT");
        }
    }

    @Test
    void databaseSellsInSevenStatementsAndWhoRecordsNextToItTakesTwoMore() throws Exception {
        DatabasePool.open(bed.database.sql(), 7);
        bed.database.sql().execute("UPDATE activity_items SET total = total + 10000, unallocated = 10000");
        DatabaseSale fallback = new DatabaseSale(bed.database.sql());
        assertThat(fallback.sell(7, orders(1))).hasSize(1);
        for (int size : new int[] {1, DatabaseSale.MAX_ORDERS}) {
            List<ReserveOrder> batch = orders(size);
            assertThat(statementsOf(() -> assertThat(fallback.sell(7, batch))
                            .allSatisfy(decision ->
                                    assertThat(decision.orElseThrow().outcome()).isEqualTo(ReserveOutcome.ACCEPTED))))
                    .as("statements for %d orders", size)
                    .extracting(BatchStatementsIT::firstWord)
                    .containsExactly("SELECT", "WITH", "SELECT", "INSERT", "INSERT", "WITH", "WITH", "COMMIT");
        }

        assertThat(store.insert(lines(1))).as("finds out that there are two").isEmpty();
        for (int size : new int[] {1, LARGEST}) {
            List<DecodedEntry> batch = lines(size);
            assertThat(statementsOf(() -> assertThat(store.insert(batch)).isEmpty()))
                    .as("statements for %d lines", size)
                    .extracting(BatchStatementsIT::firstWord)
                    .containsExactly("SELECT", "SELECT", "INSERT", "INSERT", "WITH", "COMMIT");
        }
    }

    private static List<ReserveOrder> orders(int size) {
        List<ReserveOrder> orders = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            UUID order = UUID.randomUUID();
            orders.add(new ReserveOrder(
                    1 + (order.getMostSignificantBits() >>> 1),
                    order.toString(),
                    "r",
                    List.of(new ReserveOrder.Line(1001, 1), new ReserveOrder.Line(1002, 1))));
        }
        return orders;
    }

    /** What PostgreSQL was asked meanwhile. It writes its log late but in order, so a mark on either side is waited for. */
    private List<String> statementsOf(Runnable action) {
        String before = mark();
        action.run();
        String after = mark();
        List<String> statements = Awaitility.await().until(this::statements, seen -> position(seen, after) >= 0);
        return statements.subList(position(statements, before) + 1, position(statements, after));
    }

    private String mark() {
        String mark = UUID.randomUUID().toString();
        bed.database.sql().fetch("SELECT '" + mark + "'");
        return mark;
    }

    private static int position(List<String> statements, String mark) {
        for (int i = 0; i < statements.size(); i++) {
            if (statements.get(i).contains(mark)) {
                return i;
            }
        }
        return -1;
    }

    /** All but BEGIN, each as {@code name: text}; the name is that of the plan that PostgreSQL was asked to keep. */
    private List<String> statements() throws IOException {
        List<String> statements = new ArrayList<>();
        for (String line : Files.readAllLines(dir.resolve("statements.log"))) {
            Matcher matcher = STATEMENT.matcher(line);
            if (matcher.find() && !matcher.group(1).endsWith(BEGIN)) {
                statements.add(matcher.group(1));
            }
        }
        return statements;
    }

    private static String firstWord(String statement) {
        return statement.substring(statement.indexOf(": ") + 2).trim().split("\\s", 2)[0];
    }

    private List<DecodedEntry> lines(int size) {
        List<DecodedEntry> lines = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            long product = 1001L + i % 2;
            UUID order = UUID.randomUUID();
            long user = 1 + (order.getMostSignificantBits() >>> 1);
            lines.add(EntryCodec.decode(new StreamEntry(
                    sale.stream(product), user + "-" + i, sale.fields(order.toString(), user, product))));
        }
        return lines;
    }
}
