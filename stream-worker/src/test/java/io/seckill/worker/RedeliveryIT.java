package io.seckill.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.seckill.books.recording.LineStore;
import io.seckill.books.recording.Refusal;
import io.seckill.stock.DecodedEntry;
import io.seckill.stock.EntryCodec;
import io.seckill.stock.ForgetConsumersScript;
import io.seckill.stock.StockKeys;
import io.seckill.stock.StreamEntry;
import io.seckill.stock.StreamGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.redisson.api.stream.StreamConsumer;

/** What one worker leaves behind, another takes over, and what was recorded already is not recorded again. */
class RedeliveryIT {
    private Bed bed;
    private Bed.Sale sale;

    @BeforeEach
    void open() {
        bed = Bed.shared();
        sale = bed.sale(7, 1_000, 1001);
    }

    @AfterEach
    void close() {
        bed.close();
    }

    @Test
    void entryRecordedButNotAcknowledgedIsBookedOnce() {
        sale.buy(1, 1001);
        sale.buy(2, 1001);
        List<StreamEntry> entries = readAndDie("dead", 2);
        // One was recorded before its worker died, the other was not.
        List<Refusal> refusals = new LineStore(bed.database.sql()).insert(List.of(EntryCodec.decode(entries.get(0))));
        assertThat(refusals).isEmpty();
        bed.worker();
        bed.worker();

        await().until(() -> bed.length(sale.stream(1001)) == 0);
        assertThat(bed.logs()).isEqualTo(2);
        assertThat(bed.orders()).isEqualTo(2);
        assertThat(sale.persisted(1001)).isEqualTo(2);
        assertThat(bed.pending(sale.stream(1001))).isZero();
        assertThat(bed.length(sale.deadLetters())).isZero();
    }

    @Test
    void entryGivenTwiceInOneBatchIsRecordedOnce() {
        sale.buy(1, 1001);
        StreamEntry entry = readAndDie("dead", 1).get(0);
        LineStore store = new LineStore(bed.database.sql());

        assertThat(store.insert(List.of(EntryCodec.decode(entry), EntryCodec.decode(entry))))
                .isEmpty();
        List<DecodedEntry> before = new ArrayList<>();
        assertThat(store.insert(List.of(EntryCodec.decode(entry)), before::addAll))
                .isEmpty();
        assertThat(before).containsExactly(EntryCodec.decode(entry));
        assertThat(bed.logs()).isEqualTo(1);
        assertThat(sale.persisted(1001)).isEqualTo(1);
    }

    @Test
    void linesOfOneOrderMayComeInAnyOrderAndInDifferentBatches() {
        Bed.Sale baskets = bed.sale(8, 100, 1, 2, 3);
        String order = baskets.buy(1, 1, 2, 3);
        StreamGroup group = new StreamGroup(bed.stock, "any");
        LineStore store = new LineStore(bed.database.sql());
        for (long product : List.of(3L, 1L, 2L)) {
            StreamEntry entry = group.read(List.of(baskets.stream(product)), 1, Duration.ZERO)
                    .get(0);
            assertThat(store.insert(List.of(EntryCodec.decode(entry)))).isEmpty();
        }
        assertThat(bed.database.sql().fetch("SELECT order_id FROM orders").getValues(0, String.class))
                .containsExactly(order);
        assertThat(bed.logs()).isEqualTo(3);
    }

    @Test
    void deadConsumersEntriesAreClaimedPageByPage() {
        for (int user = 1; user <= 50; user++) {
            sale.buy(user, 1001);
        }
        readAndDie("dead", 50);
        bed.worker(bed.settings().withPace(Bed.QUICK.withBatchSize(7)));

        await().until(() -> bed.logs() == 50 && bed.pending(sale.stream(1001)) == 0);
        assertThat(sale.persisted(1001)).isEqualTo(50);
    }

    @Test
    void consumerIsForgottenOnlyOnceNothingIsPendingForIt() {
        sale.buy(1, 1001);
        readAndDie("dead", 1);
        readAndDie("dead-with-nothing", 1);
        ConsumerJanitor janitor =
                new ConsumerJanitor(new ForgetConsumersScript(bed.stock), "janitor", Duration.ofMillis(1));
        await().until(() -> consumers().stream().allMatch(consumer -> consumer.getIdleTime() >= 1));

        janitor.tidy(sale.stream(1001));
        assertThat(consumers()).extracting(StreamConsumer::getName).containsExactly("dead");

        try (StreamWorker worker = bed.worker()) {
            await().until(() -> bed.logs() == 1 && bed.pending(sale.stream(1001)) == 0);
            assertThat(consumers())
                    .extracting(StreamConsumer::getName)
                    .containsExactlyInAnyOrder("dead", worker.consumer());
        }
        janitor.tidy(sale.stream(1001));
        assertThat(consumers()).isEmpty();
    }

    @Test
    void tidyingWhereThereIsNoGroupIsHarmless() {
        ConsumerJanitor janitor =
                new ConsumerJanitor(new ForgetConsumersScript(bed.stock), "janitor", Duration.ofMillis(1));
        janitor.tidy("stream:seckill:404");
        bed.stream(sale.stream(1001)).removeGroup(StockKeys.GROUP);
        janitor.tidy(sale.stream(1001));
        assertThat(bed.length(sale.stream(1001))).isZero();
    }

    private List<StreamConsumer> consumers() {
        return bed.stream(sale.stream(1001)).listConsumers(StockKeys.GROUP);
    }

    private List<StreamEntry> readAndDie(String consumer, int count) {
        return new StreamGroup(bed.stock, consumer).read(List.of(sale.stream(1001)), count, Duration.ZERO);
    }
}
