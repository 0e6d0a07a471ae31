package io.seckill.cli.shards;

import static io.seckill.cli.shards.ShardsBed.PRODUCT;
import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.books.balance.ActivityBalancer;
import io.seckill.books.pools.PoolLedger;
import io.seckill.books.pools.PoolSynchronizer;
import io.seckill.stock.Answers;
import io.seckill.stock.RecallScript;
import io.seckill.stock.ShardId;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A move of units that stopped between any two of its steps is made whole by whoever looks next, once. */
class MoveCrashIT {
    private static final int SHARDS = 3;
    private static final long TOTAL = 30;
    private static final long RETURNED = 4;

    private ShardsBed bed;
    private long sale;
    private ActivityBalancer balancer;
    private PoolSynchronizer synchronizer;
    private long allocation;

    @BeforeEach
    void open() {
        bed = new ShardsBed();
        sale = bed.open(SHARDS, TOTAL, 0);
        synchronizer = new PoolSynchronizer(new PoolLedger(bed.database.sql()), bed.redis);
        balancer = new ActivityBalancer(bed.database.sql(), bed.redis, synchronizer);
        allocation = bed.number("SELECT id FROM allocations WHERE shard = 1");
    }

    @AfterEach
    void close() {
        bed.close();
    }

    @Test
    void returnThatIsWrittenButNotRecalled() {
        writeReturn();

        makeWhole();
    }

    @Test
    void unitsThatAreRecalledButNotTakenIn() {
        long id = writeReturn();
        assertThat(Answers.await(new RecallScript(bed.redis)
                        .recall(
                                new ShardId(sale, 1),
                                1,
                                List.of(new RecallScript.Return(id, PRODUCT, allocation, RETURNED)))))
                .containsExactly(RETURNED);
        assertThat(bed.remaining(sale, 1)).isEqualTo(6);

        makeWhole();
    }

    @Test
    void unitsThatAreTakenInButNotGranted() {
        bed.database.sql().execute("UPDATE activity_items SET total = total + 5, unallocated = 5");

        while (balancer.balance(sale)) {
            // until nothing came
        }
        assertThat(bed.number("SELECT unallocated FROM activity_items")).isZero();
        bed.assertBooks(sale, SHARDS, TOTAL + 5);
    }

    @Test
    void grantThatIsWrittenButNotApplied() {
        bed.database.sql().execute("UPDATE allocations SET granted = granted + 5 WHERE id = ?", allocation);
        bed.database.sql().execute("UPDATE activity_items SET total = total + 5");
        bed.database.sql().execute("INSERT INTO grants (allocation_id, units) VALUES (?, 5)", allocation);
        bed.database.sql().execute("UPDATE activities SET pools_version = pools_version + 1");

        balancer.balance(sale);
        new PoolLedger(bed.database.sql()).activitiesBehind(10).forEach(synchronizer::synchronize);
        synchronizer.synchronize(sale);

        assertThat(bed.remaining(sale, 1)).isEqualTo(15);
        bed.assertBooks(sale, SHARDS, TOTAL + 5);
    }

    @Test
    void poolThatIsFencedIsLeftOutAndItsUnitsCountAsLeft() {
        bed.database.sql().execute("UPDATE pools SET fenced_at = now(), fenced_because = 'test' WHERE shard = 2");
        writeReturn();

        while (balancer.balance(sale)) {
            // until nothing came
        }
        assertThat(bed.remaining(sale, 0) + bed.remaining(sale, 1)).isEqualTo(20);
        assertThat(bed.remaining(sale, 2)).isEqualTo(10);
        bed.assertBooks(sale, SHARDS, TOTAL);
    }

    private long writeReturn() {
        return bed.number(
                "INSERT INTO returns (allocation_id, at_most) VALUES (?, ?) RETURNING id", allocation, RETURNED);
    }

    /** The units are in pools again, all of them once, whoever else does the same. */
    private void makeWhole() {
        while (balancer.balance(sale)) {
            // until nothing came
        }
        balancer.balance(sale);

        assertThat(bed.number("SELECT units FROM returns")).isEqualTo(RETURNED);
        assertThat(bed.number("SELECT unallocated FROM activity_items")).isZero();
        bed.assertBooks(sale, SHARDS, TOTAL);
        assertThat(bed.remaining(sale, 0) + bed.remaining(sale, 1) + bed.remaining(sale, 2))
                .isEqualTo(TOTAL);
    }
}
