package io.seckill.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.seckill.worker.upkeep.UpkeepSettings;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.redisson.client.codec.StringCodec;

/** Sales that are over: leftover units are back in the books, and Redis is empty. */
class ClosingIT {
    /** Longer than workers take to know that nobody reads the streams of a sale any more. */
    private static final UpkeepSettings SOON = new UpkeepSettings(Duration.ofMillis(200), Duration.ofSeconds(3));

    private static final UpkeepSettings MUCH_LATER = new UpkeepSettings(Duration.ofMillis(200), Duration.ofDays(1));

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
    void endedSaleReturnsWhatItDidNotSellAndLeavesNothingInRedis() {
        Bed.Sale sale = bed.sale(7, 10, 1001, 1002);
        Bed.Sale open = bed.sale(8, 10, 1001);
        sale.buy(42, 1001);
        end();
        bed.worker(bed.settings().withUpkeep(SOON));
        bed.worker(bed.settings().withUpkeep(SOON));

        await().until(() -> bed.number("SELECT count(*) FROM activities WHERE closed_at IS NOT NULL") == 1);

        assertThat(bed.raw.getKeys().getKeysStream().filter(key -> key.contains("{7.0}")))
                .isEmpty();
        assertThat(bed.number("SELECT sum(unallocated) FROM activity_items WHERE activity_id = 7"))
                .isEqualTo(19);
        assertThat(bed.number("SELECT sum(returned) FROM allocations WHERE activity_id = 7"))
                .isEqualTo(19);
        assertThat(bed.number("SELECT sum(granted - returned - persisted) FROM allocations WHERE activity_id = 7"))
                .isZero();
        assertThat(open.remaining(1001)).isEqualTo(10);
    }

    @Test
    void keysStayForTheRetentionAndOrdersStillExpire() {
        Bed.Sale sale = bed.sale(7, 10, 1001);
        sale.buy(42, 1001);
        end();
        bed.worker(bed.settings().withUpkeep(MUCH_LATER));

        await().until(() -> bed.number("SELECT count(*) FROM activities WHERE recalled_at IS NOT NULL") == 1);
        assertThat(sale.remaining(1001)).isZero();
        bed.database.sql().execute("UPDATE orders SET expires_at = now()");

        await().until(() -> bed.number("SELECT unallocated FROM activity_items") == 10);
        assertThat(bed.number("SELECT count(*) FROM activities WHERE closed_at IS NOT NULL"))
                .isZero();
        assertThat(bed.number("SELECT count(*) FROM grants"))
                .as("no new grants")
                .isEqualTo(1);
    }

    @Test
    void unitsThatLeftThePoolBeforeACrashAreTakenIn() {
        Bed.Sale sale = bed.sale(7, 10, 1001);
        end();
        long returned =
                bed.number("INSERT INTO returns (allocation_id) VALUES (?) RETURNING id", sale.allocations.get(1001L));
        bed.raw.getMap("seckill:{7.0}:pool", StringCodec.INSTANCE).put("remaining:1001", "0");
        bed.raw
                .getMap("seckill:{7.0}:returns", StringCodec.INSTANCE)
                .put(Long.toString(returned), sale.allocations.get(1001L) + "x10");
        bed.worker(bed.settings().withUpkeep(MUCH_LATER));

        await().until(() -> bed.number("SELECT unallocated FROM activity_items") == 10);
        assertThat(bed.number("SELECT units FROM returns")).isEqualTo(10);
    }

    /** As EndActivity does: in PostgreSQL, then Redis follows by the worker. */
    private void end() {
        bed.database
                .sql()
                .execute("UPDATE activities SET switch = 'ENDED', pools_version = 2, pools_applied = 1 WHERE id = 7");
    }
}
