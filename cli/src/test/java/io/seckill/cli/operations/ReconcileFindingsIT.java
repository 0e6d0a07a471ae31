package io.seckill.cli.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.books.recording.LineStore;
import io.seckill.stock.EntryCodec;
import io.seckill.stock.StreamEntry;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@code seckill reconcile} finds wrong, and how it names it. */
class ReconcileFindingsIT {
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
    void unitsThatAppearInAPoolAreFound() {
        bed.redis("HINCRBY", bed.pool(), "remaining:1001", "1");

        bed.assertDiffers(
                -1,
                "product 1001: allocation \\d+ \\(shard 0, epoch 1\\): its pool has 96 units left and spent 5, 101"
                        + " in all \\(expected: 100, .*");
    }

    @Test
    void salesThatAPoolForgotAreFound() {
        bed.restartServer();
        bed.redis("HINCRBY", bed.pool(), "cum:1001", "-1");

        bed.assertDiffers(
                0,
                "product 1001: .*its pool spent 4 units, and 5 are accounted for \\(2 in its stream, 3 recorded, 0"
                        + " quarantined\\)");
    }

    @Test
    void entryThatWasDeletedBeforeItWasRecordedIsNamedWithItsOrder() {
        String id = bed.entries("1001").get(0).id();
        bed.redis("XDEL", bed.stream("1001"), id);

        bed.assertDiffers(
                1,
                "product 1001: order \\S+ of user 4: accepted with 1 units, its entry " + id + " of .*:1001 is"
                        + " neither in the stream nor recorded");
    }

    @Test
    void streamThatWasTrimmedIsNamedOrderByOrder() {
        bed.redis("XTRIM", bed.stream("1001"), "MAXLEN", "0");
        bed.redis("HSET", bed.key("buyers"), "88", "nonsense", "89", "x\tr\t1001x1\t1-0");

        bed.assertDiffers(
                2,
                "shard 0: what buyer 88 holds cannot be read",
                "shard 0: what buyer 89 holds cannot be read",
                "product 1001: order \\S+ of user 4: .*",
                "product 1001: order \\S+ of user 5: .*");
    }

    @Test
    void streamThatWasDeletedIsNamedOrderByOrder() {
        bed.redis("DEL", bed.stream("1001"));

        bed.assertDiffers(
                2,
                "product 1001: .*its pool spent 5 units, and 3 are accounted for.*",
                "product 1001: order \\S+ of user 4: .*",
                "product 1001: order \\S+ of user 5: .*");
    }

    @Test
    void entryThatWasPutThereByHandIsNamed() {
        StreamEntry real = bed.entries("1001").get(0);
        String forged = bed.forge("1001", Map.of("order", "00000000-0000-7000-8000-000000000001", "uid", "77"), real);

        bed.assertDiffers(
                -1,
                "product 1001: entry " + forged + " of .*: the pool did not sell it, so somebody put it there by"
                        + " hand");
    }

    @Test
    void entryThatNamesAnAllocationOfAnotherProductIsNamed() {
        String forged = bed.forge(
                "1001",
                Map.of("order", "00000000-0000-7000-8000-000000000001", "alloc", "999999"),
                bed.entries("1001").get(0));

        bed.assertDiffers(
                0,
                "product 1001: entry " + forged + " of .*: it names allocation 999999 and epoch 1, which are not"
                        + " its stream's");
    }

    @Test
    void entryThatContradictsARecordedRowIsNamed() {
        StreamEntry waiting = bed.entries("1001").get(0);
        assertThat(new LineStore(bed.sql()).insert(List.of(EntryCodec.decode(waiting))))
                .isEmpty();
        bed.sql().execute("UPDATE seckill_logs SET user_id = 99 WHERE stream_id = ?", waiting.id());

        bed.assertDiffers(
                0,
                "product 1001: entry " + waiting.id() + " of .*: PostgreSQL has recorded other content under its"
                        + " stream and id");
    }

    @Test
    void rowThatWasDeletedIsNamedWithItsOrder() {
        String order = bed.text("SELECT order_id::text FROM orders WHERE activity_id = ? ORDER BY user_id LIMIT 1");
        bed.sql().execute("DELETE FROM seckill_logs WHERE order_id = ?::uuid", order);

        bed.assertDiffers(
                0,
                "product 1001: .*it counts 3 units as persisted, its lines are of 2 .*",
                "order " + order + " of user 1: it has 1 lines, and 0 are recorded");
    }

    @Test
    void countThatWasChangedBySqlIsFound() {
        bed.sql()
                .execute(
                        "UPDATE allocations SET persisted = persisted + 4 WHERE product_id = 1001 AND"
                                + " activity_id = ?",
                        bed.saleId());

        bed.assertDiffers(-4, "product 1001: .*it counts 7 units as persisted, its lines are of 3 .*");
    }

    @Test
    void unitsThatWereTakenFromTheBooksAreFound() {
        bed.sql()
                .execute(
                        "UPDATE allocations SET granted = granted - 1 WHERE product_id = 1002 AND activity_id = ?",
                        bed.saleId());

        bed.assertDiffers(1, "product 1002: it has 100 units in all, but 0 unallocated and 99 allocated .*");
    }

    @Test
    void lineUnderAnAllocationThatIsNotItsOwnIsFound() {
        bed.sql()
                .execute(
                        "UPDATE seckill_logs SET allocation_id = 888888 WHERE user_id = 1 AND activity_id = ?",
                        bed.saleId());

        bed.assertDiffers(
                0,
                "product 1001: 1 lines of .*:1001, epoch 1, are recorded under allocation 888888, which is not"
                        + " theirs");
    }

    @Test
    void grantThatRedisForgotIsFound() {
        bed.redis("DEL", bed.key("grants"));

        bed.assertDiffers(
                -200, "product 1001: .*its pool has 95 units left and spent 5, 100 in all \\(expected: 0, .*");
    }

    @Test
    void poolThatIsGoneIsSaidToBe() {
        bed.restartServer();
        bed.redis("DEL", bed.pool());

        bed.assertDiffers(194, "shard 0: there is no pool in Redis, and what it had left .*");
    }

    @Test
    void poolOfAnotherEpochIsSaidToBe() {
        bed.restartServer();
        bed.redis("HSET", bed.pool(), "epoch", "7");

        bed.assertDiffers(194, "shard 0: its pool in Redis is of epoch 7 \\(expected: 1\\)");
    }

    @Test
    void poolThatIsBeingReplacedIsSaidToBe() {
        bed.sql()
                .execute(
                        "UPDATE pools SET fenced_at = now(), fenced_because = 'Redis forgot' WHERE activity_id = ?",
                        bed.saleId());

        bed.assertDiffers(194, "shard 0: its pool is being replaced, and what it has left is not known: Redis forgot");
    }

    @Test
    void poolThatForgotASwitchIsFound() {
        assertThat(bed.call("activity", "pause", bed.sale()).exit()).isZero();
        bed.redis("HSET", bed.pool(), "version", "1");

        bed.assertDiffers(0, "shard 0: its pool follows version 1 of the activity \\(expected: \\d+ or later\\)");
    }

    @Test
    void requestThatBecameTwoOrdersIsNamedWhereTheIndexIsGone() {
        bed.sql().execute("ALTER INDEX orders_one_per_request RENAME TO orders_elsewhere");
        try {
            bed.assertDiffers(0, "the unique index orders_one_per_request is missing or not valid, .*");
        } finally {
            bed.sql().execute("ALTER INDEX orders_elsewhere RENAME TO orders_one_per_request");
        }
    }
}
