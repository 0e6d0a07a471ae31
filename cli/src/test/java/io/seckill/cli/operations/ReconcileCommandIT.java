package io.seckill.cli.operations;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.JsonFormat;
import io.seckill.cli.Finished;
import io.seckill.v1.ReconcileResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@code seckill reconcile} prints of books that add up, and exits with. */
class ReconcileCommandIT {
    private static ReconcileBed bed;

    @BeforeAll
    static void start() {
        bed = new ReconcileBed();
    }

    @AfterAll
    static void stop() {
        bed.close();
    }

    @BeforeEach
    void sell() {
        bed.sell();
    }

    @Test
    void everyTermIsShownAndTheDifferenceIsNothing() {
        Finished books = bed.reconcile();

        assertThat(books.outLines())
                .satisfiesExactly(
                        heading -> assertThat(heading).contains("product", "total", "in flight", "difference"),
                        first -> assertThat(first).matches(" +1001 +100 +0 +0 +0 +95 +2 +3 +0 +0 +0 +0"),
                        second -> assertThat(second).matches(" +1002 +100 +0 +0 +0 +99 +1 +0 +0 +0 +0 +0"),
                        verdict -> assertThat(verdict)
                                .isEqualTo("BOOKS ok activity=" + bed.sale() + " products=2 units=200 difference=0"));
        assertThat(books.exit()).isZero();
    }

    @Test
    void jsonIsTheMessageItself() throws Exception {
        ReconcileResponse.Builder books = ReconcileResponse.newBuilder();
        JsonFormat.parser().merge(bed.call("reconcile", bed.sale(), "--json").out(), books);

        assertThat(books.getActivityId()).isEqualTo(bed.saleId());
        assertThat(books.getProducts(0).getInFlight()).isEqualTo(2);
    }

    @Test
    void unitsBetweenAPoolAndTheBooksAreComingBack() {
        long allocation = Long.parseLong(
                bed.text("SELECT id::text FROM allocations WHERE activity_id = ? AND product_id = 1001"));
        bed.redis("HSET", bed.key("returns"), "123456", allocation + "x10");
        bed.redis("HINCRBY", bed.pool(), "remaining:1001", "-10");

        assertThat(bed.reconcile().outLines().get(1)).matches(" +1001 +100 +0 +0 +0 +85 +2 +3 +0 +0 +10 +0");
    }

    @Test
    void cancelledOrdersAreInTheBooksTwiceAndCountOnce() {
        String order = bed.text("SELECT order_id::text FROM orders WHERE activity_id = ? AND user_id = 1");
        assertThat(bed.call("orders", "cancel", "--activity", bed.sale(), "--user", "1", "--order", order)
                        .exit())
                .isZero();

        assertThat(bed.reconcile().outLines().get(1)).matches(" +1001 +100 +1 +0 +0 +95 +2 +3 +1 +0 +0 +0");
    }

    @Test
    void epochThatIsClosedIsPostgresAlone() {
        bed.record();
        bed.sql()
                .execute(
                        "UPDATE allocations SET closed_at = now(), quarantined = 2, returned = granted - persisted - 2"
                                + " WHERE activity_id = ?",
                        bed.saleId());
        bed.sql()
                .execute(
                        "UPDATE activity_items item SET unallocated = (SELECT sum(returned) FROM allocations a WHERE"
                                + " (a.activity_id, a.product_id) = (item.activity_id, item.product_id))"
                                + " WHERE activity_id = ?",
                        bed.saleId());

        assertThat(bed.reconcile().outLines().get(1)).matches(" +1001 +100 +93 +0 +0 +0 +0 +5 +0 +2 +0 +0");
        bed.sql().execute("UPDATE allocations SET quarantined = 1 WHERE activity_id = ?", bed.saleId());
        bed.assertDiffers(
                2,
                "product 1001: .*it is closed with 7 units \\(granted 100, returned 93\\), and 6 are accounted"
                        + " for .*");
    }

    @Test
    void salesWithoutPoolsAreAddedUpToo() {
        String draft = bed.call("activity", "create", "--name", "draft", "--product", "1:5")
                .out()
                .replaceAll("(?s)activity (\\d+).*", "$1");
        assertThat(bed.call("reconcile", draft).outLines())
                .anyMatch(line -> line.matches(" +1 +5 +5 +0 +0 +0 +0 +0 +0 +0 +0 +0"))
                .last()
                .asString()
                .startsWith("BOOKS ok");
        String closed = bed.makeSale("1:5");
        bed.sql()
                .execute(
                        "UPDATE activities SET drained_at = now(), recalled_at = now(), closed_at = now() WHERE id = ?",
                        Long.parseLong(closed));
        bed.sql().execute("UPDATE allocations SET returned = granted WHERE activity_id = ?", Long.parseLong(closed));
        bed.sql()
                .execute("UPDATE activity_items SET unallocated = total WHERE activity_id = ?", Long.parseLong(closed));
        bed.redis("DEL", "seckill:{" + closed + ".0}:pool");
        assertThat(bed.call("reconcile", closed).outLines()).last().asString().startsWith("BOOKS ok");
        assertThat(bed.call("reconcile", "999999").err()).hasLineCount(1).contains("ACTIVITY_NOT_FOUND");
        assertThat(bed.call("reconcile", "-3").err()).contains("activity_id: -3");
        assertThat(bed.call("reconcile", "soon").exit()).isEqualTo(ReconcileBed.USAGE);
        assertThat(bed.call("reconcile", "--every", "1ms").err()).contains("every in ms: 1 (expected: 100..3600000)");
    }

    @Test
    void allOpenSalesAreAddedUpWhenNoneIsNamed() {
        String closed = bed.makeSale("1:5");
        bed.sql()
                .execute(
                        "UPDATE activities SET drained_at = now(), recalled_at = now(), closed_at = now() WHERE id = ?",
                        Long.parseLong(closed));

        Finished all = bed.call("reconcile");

        assertThat(all.outLines())
                .anyMatch(line -> line.startsWith("BOOKS ok activity=" + bed.sale() + " "))
                .noneMatch(line -> line.contains("activity=" + closed + " "));
    }
}
