package io.seckill.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.seckill.stock.ReserveOrder;
import io.seckill.stock.StockKeys;
import io.seckill.worker.upkeep.UpkeepSettings;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.LongStream;
import org.jooq.Record;
import org.jooq.Result;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.redisson.api.stream.StreamAddArgs;
import org.redisson.api.stream.StreamMessageId;

class RecordingIT {
    private Bed bed;

    @BeforeEach
    void open() {
        bed = Bed.shared();
    }

    @AfterEach
    void close() {
        bed.close();
    }

    @Test
    void basketOfTwoProductsBecomesOneOrderWithTwoLines() {
        Bed.Sale sale = bed.sale(7, 10, 1001, 1002);
        String order = sale.buy(42, 1001, 1002);
        bed.worker();

        await().until(() -> bed.length(sale.stream(1001)) + bed.length(sale.stream(1002)) == 0);
        Result<Record> orders = bed.database.sql().fetch("SELECT * FROM orders");
        assertThat(orders).hasSize(1);
        assertThat(orders.get(0).get("order_id", String.class)).isEqualTo(order);
        assertThat(orders.get(0).get("lines", Integer.class)).isEqualTo(2);
        assertThat(orders.get(0).get("status", String.class)).isEqualTo("PENDING_PAYMENT");
        assertThat(bed.number("SELECT count(*) FROM orders WHERE expires_at BETWEEN created_at + interval '900 s'"
                        + " AND now() + interval '900 s'"))
                .isEqualTo(1);
        Result<Record> lines = bed.database.sql().fetch("SELECT * FROM seckill_logs ORDER BY product_id");
        assertThat(lines.getValues("product_id", Long.class)).containsExactly(1001L, 1002L);
        assertThat(lines.getValues("stream", String.class)).containsExactly(sale.stream(1001), sale.stream(1002));
        assertThat(lines.getValues("status", String.class)).containsOnly("PROCESSING");
        assertThat(sale.persisted(1001)).isEqualTo(1);
        assertThat(sale.persisted(1002)).isEqualTo(1);
        assertThat(bed.pending(sale.stream(1001))).isZero();
    }

    @Test
    void equalIdsInTwoStreamsAreTwoLines() {
        Bed.Sale sale = bed.sale(7, 10, 1001, 1002);
        StreamMessageId id = new StreamMessageId(1767225600000L, 0);
        for (long product : List.of(1001L, 1002L)) {
            Map<String, String> fields = sale.fields(UUID.randomUUID().toString(), product, product);
            bed.stream(sale.stream(product)).add(id, StreamAddArgs.entries(fields));
        }
        bed.worker();

        await().until(() -> bed.logs() == 2);
        assertThat(bed.number("SELECT count(DISTINCT stream_id) FROM seckill_logs"))
                .isEqualTo(1);
        assertThat(bed.orders()).isEqualTo(2);
    }

    @Test
    void timeOfTheDecisionIsKeptToTheMillisecond() {
        Bed.Sale sale = bed.sale(7, 10, 1001);
        Map<String, String> fields = sale.fields(UUID.randomUUID().toString(), 5, 1001);
        fields.put("ts", "1767225600123");
        bed.add(sale.stream(1001), fields);
        bed.worker();

        await().until(() -> bed.logs() == 1);
        assertThat(bed.number("SELECT (extract(epoch FROM created_at) * 1000)::bigint FROM seckill_logs"))
                .isEqualTo(1767225600123L);
        assertThat(bed.number("SELECT (extract(epoch FROM created_at) * 1000)::bigint FROM orders"))
                .isEqualTo(1767225600123L);
    }

    @Test
    void requestIdsOfAnyCharactersAreKeptAsTheyAre() {
        Bed.Sale sale = bed.sale(7, 10, 1001);
        List<String> requests = List.of("", "NULL", "a\"b\\c", "{1,2}", "秒杀 ' ; --", " x ", "\n");
        for (int i = 0; i < requests.size(); i++) {
            Map<String, String> fields = sale.fields(UUID.randomUUID().toString(), 1 + i, 1001);
            fields.put("rid", requests.get(i));
            bed.add(sale.stream(1001), fields);
        }
        bed.worker();

        await().until(() -> bed.orders() == requests.size());
        assertThat(bed.database.sql().fetch("SELECT request_id FROM orders").getValues(0, String.class))
                .containsExactlyInAnyOrderElementsOf(requests);
        assertThat(bed.length(sale.deadLetters())).isZero();
    }

    @Test
    void entryOfAnotherSystemIsLoggedAsOneUnitOutsideTheBooks() {
        String stream = "stream:seckill:1001";
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("uid", "123");
        fields.put("ts", "1234567890");
        bed.add(stream, fields);
        bed.worker(bed.settings().withStreams(List.of(stream)));

        await().until(() -> bed.logs() == 1 && bed.length(stream) == 0);
        Record log = bed.database.sql().fetchSingle("SELECT * FROM seckill_logs");
        assertThat(log.get("order_id")).isNull();
        assertThat(log.get("activity_id")).isNull();
        assertThat(log.get("product_id", Long.class)).isEqualTo(1001);
        assertThat(log.get("user_id", Long.class)).isEqualTo(123);
        assertThat(log.get("quantity", Integer.class)).isEqualTo(1);
        assertThat(log.get("status", String.class)).isEqualTo("SUCCEEDED");
        assertThat(bed.orders()).isZero();

        bed.add(stream, fields);
        await().until(() -> bed.logs() == 2);
    }

    @Test
    void keyThatIsNoStreamKeepsNoOtherStreamFromBeingRead() {
        String broken = "stream:seckill:66";
        bed.raw.getBucket(broken).set("a string");
        Bed.Sale sale = bed.sale(7, 10, 1001);
        bed.worker(bed.settings().withStreams(List.of(broken)));
        sale.buy(1, 1001);
        await().until(() -> bed.logs() == 1);

        // It also may stop being a stream while it is read.
        bed.raw.getKeys().delete(sale.stream(1001));
        bed.raw.getBucket(sale.stream(1001)).set("a string");
        Bed.Sale other = bed.sale(8, 10, 1002);
        other.buy(2, 1002);
        await().until(() -> bed.logs() == 2);
    }

    @Test
    void streamOfNewActivityIsReadWithinTwoSeconds() {
        bed.worker(bed.settings().withPace(Pace.DEFAULT));
        Bed.Sale first = bed.sale(7, 10, 1001);
        first.buy(1, 1001);
        await().until(() -> bed.logs() == 1);

        Bed.Sale second = bed.sale(8, 10, 1001);
        second.buy(1, 1001);
        await().atMost(Duration.ofSeconds(2)).until(() -> bed.logs() == 2);
    }

    @Test
    void moreStreamsThanOneCallTakesAreAllRead() {
        long[] products = LongStream.rangeClosed(1, 2L * StreamReader.MAX_STREAMS_PER_CALL + 2)
                .toArray();
        Bed.Sale sale = bed.sale(7, 1_000, products);
        bed.worker();
        for (long product : products) {
            sale.buy(product, product);
        }
        await().until(() -> bed.logs() == products.length);

        // A busy call never holds up an idle one for long.
        for (int user = 1; user <= 500; user++) {
            sale.decide(List.of(Bed.order(1_000 + user, List.of(new ReserveOrder.Line(1, 1)))));
        }
        sale.buy(5_000, products[products.length - 1]);
        await().until(() -> bed.logs() == products.length + 501);
    }

    @Test
    void destroyedGroupIsMadeAgainAndNothingIsMissedOrDoubled() {
        Bed.Sale sale = bed.sale(7, 1_000, 1001);
        bed.worker();
        for (int user = 1; user <= 300; user++) {
            sale.buy(user, 1001);
            if (user % 100 == 0) {
                bed.stream(sale.stream(1001)).removeGroup(StockKeys.GROUP);
            }
        }
        await().until(() -> bed.logs() == 300 && bed.length(sale.stream(1001)) == 0);
        assertThat(sale.persisted(1001)).isEqualTo(300);
        assertThat(bed.length(sale.deadLetters())).isZero();
    }

    @Test
    void activityThatIsEndedAndEmptyIsNotReadAnyMore() {
        Bed.Sale sale = bed.sale(7, 10, 1001);
        sale.buy(1, 1001);
        bed.database
                .sql()
                .execute("UPDATE activities SET switch = 'ENDED', pools_version = 2, pools_applied = 1 WHERE id = 7");
        UpkeepSettings never = new UpkeepSettings(Duration.ofMinutes(1), Duration.ofDays(1));
        bed.worker(bed.settings().withUpkeep(never));
        await().until(() -> bed.length(sale.stream(1001)) == 0);
        // Its pools do not follow yet: they may still sell.
        await().during(Duration.ofSeconds(6)).atMost(Duration.ofSeconds(8)).until(() -> drainedActivities() == 0);

        bed.database.sql().execute("UPDATE activities SET pools_applied = 2 WHERE id = 7");
        await().until(() -> drainedActivities() == 1);
        assertThat(bed.logs()).isEqualTo(1);
    }

    @Test
    void activityIsOverOneMinuteAfterItsEnd() {
        Bed.Sale over = bed.sale(7, 10, 1001);
        bed.sale(8, 10, 1001);
        over.buy(1, 1001);
        bed.database
                .sql()
                .execute("UPDATE activities SET starts_at = now() - interval '1 hour',"
                        + " ends_at = now() - CASE id WHEN 7 THEN interval '61 s' ELSE interval '30 s' END");
        bed.worker();

        await().until(() -> drainedActivities() == 1);
        assertThat(bed.number("SELECT id FROM activities WHERE drained_at IS NOT NULL"))
                .isEqualTo(7);
        assertThat(bed.logs()).isEqualTo(1);
    }

    private long drainedActivities() {
        return bed.number("SELECT count(*) FROM activities WHERE drained_at IS NOT NULL");
    }
}
