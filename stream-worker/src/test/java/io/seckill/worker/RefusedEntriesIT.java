package io.seckill.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.seckill.stock.ReserveOrder;
import io.seckill.stock.ReserveOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Entries of accepted orders that PostgreSQL refuses: tried again, then rejected and set aside, alone. */
class RefusedEntriesIT {
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
    void tenPoisonedAmongTenThousandAreSetAsideAndNobodyWaitsForThem() {
        int count = 10_000;
        Bed.Sale sale = bed.sale(7, count, 1001);
        bed.database.sql().execute("ALTER TABLE seckill_logs ADD CONSTRAINT poisoned CHECK (user_id % 1000 <> 500)");
        Set<String> poisoned = new TreeSet<>();
        for (int user = 1; user <= count; user += 500) {
            List<ReserveOrder> orders = new ArrayList<>();
            for (int i = user; i < user + 500; i++) {
                orders.add(Bed.order(i, List.of(new ReserveOrder.Line(1001, 1))));
                if (i % 1_000 == 500) {
                    poisoned.add(orders.get(orders.size() - 1).orderId());
                }
            }
            sale.decide(orders);
        }
        // So long that nothing is claimed before the good ones are looked at.
        Duration claimIdle = Duration.ofSeconds(8);
        bed.worker(bed.settings().withPace(Pace.DEFAULT.withClaimIdle(claimIdle)));

        await().until(() -> bed.logs() == count - 10);
        assertThat(bed.length(sale.deadLetters()))
                .as("letters before a second attempt")
                .isZero();

        await().atMost(Duration.ofSeconds(60)).until(() -> bed.length(sale.stream(1001)) == 0);
        List<Map<String, String>> letters = bed.letters(sale.deadLetters());
        assertThat(letters)
                .hasSize(10)
                .allSatisfy(letter -> assertThat(letter)
                        .containsEntry("reason", "DATA_ERROR")
                        .containsEntry("sqlstate", "23514")
                        .containsEntry("attempts", "3"));
        assertThat(letters.stream().map(letter -> letter.get("f:order")).sorted())
                .containsExactlyElementsOf(poisoned);
        assertThat(bed.logs()).isEqualTo(count - 10);
        assertThat(bed.number("SELECT count(*) FROM orders WHERE status = 'REJECTED'"))
                .isEqualTo(10);
        assertThat(bed.number("SELECT count(*) FROM rejected_lines WHERE units_returned"))
                .isEqualTo(10);
        await().until(() -> sale.remaining(1001) == 10);
        assertThat(bed.number("SELECT sum(granted - returned - cancelled) FROM allocations"))
                .isEqualTo(count);
    }

    @Test
    void faultThatPassesIsForgottenAtTheNextDelivery() {
        Bed.Sale sale = bed.sale(7, 100, 1001);
        bed.worker(bed.settings().withFailures(new FailureSettings(3, 2)));
        for (long user = 1; user <= 20; user++) {
            sale.buy(user, 1001);
        }

        await().until(() -> bed.length(sale.stream(1001)) == 0);

        assertThat(bed.logs()).isEqualTo(20);
        assertThat(bed.length(sale.deadLetters())).isZero();
        assertThat(bed.number("SELECT count(*) FROM orders WHERE status = 'PENDING_PAYMENT'"))
                .isEqualTo(20);
    }

    @Test
    void faultThatStaysRejectsTheOrderAndItsBuyerBuysAgain() {
        Bed.Sale sale = bed.sale(7, 1, 1001);
        StreamWorker faulty = bed.worker(bed.settings().withFailures(new FailureSettings(3, 3)));
        String order = sale.buy(42, 1001);

        await().until(() -> bed.length(sale.deadLetters()) == 1);
        assertThat(bed.letters(sale.deadLetters()).get(0))
                .containsEntry("sqlstate", InjectedFailures.SQL_STATE)
                .containsEntry("f:order", order);
        await().until(() -> sale.remaining(1001) == 1);
        await().until(() -> bed.number("SELECT count(*) FROM orders WHERE released_at IS NULL") == 0);
        faulty.close();

        bed.worker();
        assertThat(sale.decide(List.of(new ReserveOrder(
                                42,
                                "00000000-0000-7000-8000-000000000042",
                                "again",
                                List.of(new ReserveOrder.Line(1001, 1)))))
                        .get(0)
                        .orderId())
                .isNotEqualTo(order);
        await().until(() -> bed.logs() == 1);
        assertThat(sale.persisted(1001)).isEqualTo(2);
    }

    @Test
    void entryThatATriggerRefusesKeepsNobodyUp() {
        Bed.Sale sale = bed.sale(7, 100, 1001);
        bed.database.sql().execute("""
                CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
                'BEGIN IF NEW.user_id = 13 THEN RAISE EXCEPTION ''not him''; END IF; RETURN NEW; END'
                """);
        bed.database
                .sql()
                .execute("CREATE TRIGGER refuse BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION refuse()");
        for (long user = 1; user <= 30; user++) {
            sale.buy(user, 1001);
        }
        bed.worker();

        await().until(() -> bed.length(sale.stream(1001)) == 0);

        assertThat(bed.logs()).isEqualTo(29);
        assertThat(bed.letters(sale.deadLetters()))
                .singleElement()
                .satisfies(letter -> assertThat(letter)
                        .containsEntry("f:uid", "13")
                        .containsEntry("sqlstate", "P0001")
                        .containsEntry("detail", "ERROR: not him"));
        assertThat(bed.number("SELECT count(*) FROM rejected_lines WHERE units_returned"))
                .isEqualTo(1);
        await().until(() -> sale.remaining(1001) == 71);
        ReserveOrder again = new ReserveOrder(
                13, "00000000-0000-7000-8000-000000000013", "again", List.of(new ReserveOrder.Line(1001, 1)));
        assertThat(sale.decide(List.of(again)).get(0).outcome())
                .as("the buyer buys again")
                .isEqualTo(ReserveOutcome.ACCEPTED);
    }

    @Test
    void forgedEntryGivesNoUnitsBackAndRejectsNobody() {
        Bed.Sale sale = bed.sale(7, 10, 1001);
        String order = sale.buy(42, 1001);
        Map<String, String> forged = sale.fields(order, 42, 1001);
        forged.put("qty", "4");
        bed.add(sale.stream(1001), forged);
        bed.worker();

        await().until(() -> bed.length(sale.deadLetters()) == 1);

        assertThat(bed.number("SELECT count(*) FROM orders WHERE status = 'PENDING_PAYMENT'"))
                .isEqualTo(1);
        assertThat(bed.number("SELECT count(*) FROM rejected_lines")).isZero();
        assertThat(sale.remaining(1001)).isEqualTo(9);
    }
}
