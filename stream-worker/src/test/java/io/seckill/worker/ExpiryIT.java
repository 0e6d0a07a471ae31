package io.seckill.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.seckill.stock.ReserveOrder;
import io.seckill.stock.ReserveOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Orders that are not paid in time come to nothing, and their units are sold again. */
class ExpiryIT {
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
    void unitsOfAnOrderThatExpiresAreSoldAgainToTheSameBuyerToo() {
        Bed.Sale sale = bed.sale(7, 2, 1001);
        bed.worker();
        String first = sale.buy(42, 1001);
        sale.buy(43, 1001);
        await().until(() -> bed.orders() == 2);
        assertThat(outcome(sale, 44)).isEqualTo(ReserveOutcome.SOLD_OUT);
        assertThat(outcome(sale, 42, "r-new")).isEqualTo(ReserveOutcome.LIMIT_REACHED);

        bed.database.sql().execute("UPDATE orders SET expires_at = now() WHERE user_id = 42");

        long due = System.nanoTime();
        await().untilAsserted(() -> assertThat(outcome(sale, 42, "r-new")).isEqualTo(ReserveOutcome.ACCEPTED));
        System.out.printf(
                "ExpiryIT: units of an expired order were for sale again after %d ms%n",
                Duration.ofNanos(System.nanoTime() - due).toMillis());
        assertThat(bed.database
                        .sql()
                        .fetchSingle("SELECT status FROM orders WHERE order_id = ?", UUID.fromString(first))
                        .get(0))
                .isEqualTo("EXPIRED");
        assertThat(outcome(sale, 42)).as("a repeat of the first request").isEqualTo(ReserveOutcome.REPLAYED);
        assertBooks(sale, 2);
    }

    @Test
    void timeToPayBeginsWhenTheOrderIsRecorded() {
        Bed.Sale sale = bed.sale(7, 2, 1001);
        bed.database.sql().execute("UPDATE activities SET payment_timeout_millis = 60000");
        bed.worker();
        sale.buy(42, 1001);
        await().until(() -> bed.orders() == 1);

        assertThat(bed.number("SELECT extract(epoch FROM expires_at - updated_at)::bigint FROM orders"))
                .isEqualTo(60);
    }

    @Test
    void tenThousandOrdersDueAtOnceAreForSaleAgainByThreeWorkersOnce() {
        int count = 10_000;
        Bed.Sale sale = bed.sale(7, count, 1001);
        for (int i = 0; i < 3; i++) {
            bed.worker(bed.settings().withPace(Pace.DEFAULT));
        }
        for (int user = 1; user <= count; user += 500) {
            List<ReserveOrder> orders = new ArrayList<>();
            for (int i = user; i < user + 500; i++) {
                orders.add(Bed.order(i, List.of(new ReserveOrder.Line(1001, 1))));
            }
            sale.decide(orders);
        }
        await().until(() -> bed.orders() == count);

        bed.database.sql().execute("UPDATE orders SET expires_at = now()");

        await().until(() -> bed.number("SELECT count(*) FROM orders WHERE released_at IS NULL") == 0);
        await().until(() -> bed.number("SELECT count(*) FROM grants WHERE applied_at IS NULL") == 0
                && bed.number("SELECT unallocated FROM activity_items") == 0);
        assertThat(bed.number("SELECT sum(granted) FROM allocations")).isEqualTo(2L * count);
        assertThat(sale.remaining(1001)).isEqualTo(count);
        assertBooks(sale, count);
    }

    @Test
    void unitsOfASaleThatIsOverStayInTheBooks() {
        Bed.Sale sale = bed.sale(7, 2, 1001);
        bed.worker();
        sale.buy(42, 1001);
        await().until(() -> bed.orders() == 1);
        bed.database.sql().execute("UPDATE activities SET switch = 'ENDED'");
        bed.database.sql().execute("UPDATE orders SET expires_at = now()");

        await().until(() -> bed.number("SELECT unallocated FROM activity_items") == 1);
        await().during(Duration.ofMillis(1_500)).until(() -> sale.remaining(1001) == 1);
    }

    private static ReserveOutcome outcome(Bed.Sale sale, long user) {
        return outcome(sale, user, "r" + user);
    }

    private static ReserveOutcome outcome(Bed.Sale sale, long user, String request) {
        ReserveOrder order =
                new ReserveOrder(user, UUID.randomUUID().toString(), request, List.of(new ReserveOrder.Line(1001, 1)));
        return sale.decide(List.of(order)).get(0).outcome();
    }

    /** I1, and I2 with what Redis and the streams hold. */
    private void assertBooks(Bed.Sale sale, long total) {
        await().until(() -> bed.length(sale.stream(1001)) == 0);
        assertThat(bed.number("SELECT unallocated + (SELECT sum(granted - returned - cancelled) FROM allocations)"
                        + " FROM activity_items"))
                .isEqualTo(total);
        assertThat(bed.number("SELECT sum(granted - returned - persisted - quarantined) FROM allocations"))
                .isEqualTo(sale.remaining(1001));
    }
}
