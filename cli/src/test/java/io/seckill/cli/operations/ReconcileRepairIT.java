package io.seckill.cli.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.cli.Finished;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code seckill reconcile --repair}: what waits between the stores is moved, once. */
class ReconcileRepairIT {
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
    void grantThatIsNotAppliedIsOnTheWayAndRepairBringsItThereOnce() {
        long allocation = Long.parseLong(
                bed.text("SELECT id::text FROM allocations WHERE activity_id = ? AND product_id = 1001"));
        bed.sql()
                .execute(
                        "UPDATE activity_items SET total = total + 5 WHERE product_id = 1001 AND activity_id = ?",
                        bed.saleId());
        bed.sql().execute("UPDATE allocations SET granted = granted + 5 WHERE id = ?", allocation);
        bed.sql()
                .execute(
                        "INSERT INTO grants (allocation_id, units, created_at) VALUES (?, 5, now() - interval '1 minute')",
                        allocation);

        bed.assertDiffers(
                0,
                "product 1001: grant \\d+ of 5 units to allocation " + allocation + " is not in its pool after"
                        + " 6\\d s");

        Finished repaired = bed.call("reconcile", bed.sale(), "--repair");
        assertThat(repaired.outLines().get(0))
                .matches("repaired: grant \\d+: its 5 units of product 1001 are in the pool");
        assertThat(repaired.outLines().get(2)).matches(" +1001 +105 +0 +0 +0 +100 +2 +3 +0 +0 +0 +0");
        assertThat(repaired.exit()).isZero();
        assertThat(bed.call("reconcile", bed.sale(), "--repair").outLines())
                .noneMatch(line -> line.startsWith("repaired"));
    }

    @Test
    void returnThatIsNotTakenInIsComingBackAndRepairTakesItInOnce() {
        assertThat(bed.call("activity", "end", bed.sale()).exit()).isZero();
        bed.record();
        bed.sql().execute("UPDATE activities SET drained_at = now() WHERE id = ?", bed.saleId());
        bed.sql()
                .execute(
                        "INSERT INTO returns (allocation_id, created_at) SELECT id, now() - interval '1 minute'"
                                + " FROM allocations WHERE activity_id = ? AND product_id = 1001",
                        bed.saleId());
        bed.assertDiffers(0, "product 1001: return \\d+ of 0 units .* is not taken in after 6\\d s");

        Finished repaired = bed.call("reconcile", bed.sale(), "--repair");

        assertThat(repaired.outLines().get(0)).matches("repaired: return \\d+: 95 units of product 1001 are back");
        assertThat(repaired.outLines()).anyMatch(line -> line.matches(" +1001 +100 +95 +0 +0 +0 +0 +5 +0 +0 +0 +0"));
        assertThat(repaired.exit()).isZero();
    }
}
