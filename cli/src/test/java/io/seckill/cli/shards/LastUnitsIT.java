package io.seckill.cli.shards;

import static io.seckill.cli.shards.Crowd.count;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.seckill.v1.AddStockRequest;
import io.seckill.v1.SeckillResponse.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nothing stays unsold while somebody asks for it, and nobody is told "sold out" before. */
class LastUnitsIT {
    private static final int SHARDS = 8;
    private static final int MAX_GRANTS = 200;

    private ShardsBed bed;

    @BeforeEach
    void open() {
        bed = new ShardsBed();
    }

    @AfterEach
    void close() {
        bed.close();
    }

    @Test
    void eightUnitsInEightPoolsAreAllSoldToOneShardsUsers() {
        long sale = bed.open(SHARDS, 8, 0);
        bed.startWorkers(2);

        assertThat(count(buy(sale, ShardsBed.usersOf(sale, SHARDS, 3, 8)), Outcome.ACCEPTED))
                .as("as many ask as there are units, so that nobody may be told sold out")
                .isEqualTo(8);
        bed.assertBooks(sale, SHARDS, 8);
    }

    @Test
    void thousandUsersAskForEightUnitsUntilTheyAreSoldOut() {
        long sale = bed.open(SHARDS, 8, 0);
        bed.startWorkers(1);
        List<CompletableFuture<Outcome>> asked = new ArrayList<>();
        for (int user = 1; user <= 1_000; user++) {
            asked.add(bed.crowd.buy(sale, user, 1));
        }

        assertThat(count(asked, Outcome.ACCEPTED)).isEqualTo(8);
        assertThat(count(asked, Outcome.SOLD_OUT)).isEqualTo(992);
        bed.assertBooks(sale, SHARDS, 8);
    }

    @Test
    void unitThatIsAddedIsSoldToWhoeverAsksNextWhereverHeIs() {
        long sale = bed.open(SHARDS, 1, 0);
        bed.startWorkers(1);
        assertThat(count(buy(sale, ShardsBed.usersOf(sale, SHARDS, 0, 2)), Outcome.ACCEPTED))
                .isEqualTo(1);
        for (int shard = 0; shard < SHARDS; shard++) {
            long user = ShardsBed.usersOf(sale, SHARDS, shard, 3)[2];
            await().until(() -> bed.crowd.buy(sale, user, 1).join() == Outcome.SOLD_OUT);

            bed.operator.addStock(AddStockRequest.newBuilder()
                    .setActivityId(sale)
                    .setProductId(ShardsBed.PRODUCT)
                    .setQuantity(1)
                    .build());
            assertThat(bed.crowd.buy(sale, user, 1).join()).isEqualTo(Outcome.ACCEPTED);
        }
        bed.assertBooks(sale, SHARDS, 1 + SHARDS);
    }

    @Test
    void thousandUnitsSellToUsersOfAllShardsInFewGrants() {
        long sale = bed.open(SHARDS, 1_000, 0);
        bed.startWorkers(2);
        List<CompletableFuture<Outcome>> asked = new ArrayList<>();
        for (int user = 1; user <= 1_000; user++) {
            asked.add(bed.crowd.buy(sale, user, 1));
        }

        assertThat(count(asked, Outcome.ACCEPTED)).isEqualTo(1_000);
        assertFewGrants("even demand");
        bed.assertBooks(sale, SHARDS, 1_000);
    }

    @Test
    void thousandUnitsSellToUsersOfOneShardInFewGrants() {
        long sale = bed.open(SHARDS, 1_000, 0);
        bed.startWorkers(3);

        assertThat(count(buy(sale, ShardsBed.usersOf(sale, SHARDS, 5, 1_000)), Outcome.ACCEPTED))
                .isEqualTo(1_000);
        assertFewGrants("all demand in one shard");
        bed.assertBooks(sale, SHARDS, 1_000);
    }

    @Test
    void thousandUnitsSellInOrdersOfOneToFiveInFewGrants() {
        long seed = Long.getLong("seckill.seed", ThreadLocalRandom.current().nextLong());
        System.out.println("LastUnitsIT: -Dseckill.seed=" + seed);
        Random random = new Random(seed);
        long sale = bed.open(SHARDS, 1_000, 0);
        bed.startWorkers(2);
        List<CompletableFuture<Outcome>> asked = new ArrayList<>();
        for (int user = 1, units = 0; units < 1_000; user++) {
            int quantity = Math.min(1 + random.nextInt(5), 1_000 - units);
            units += quantity;
            asked.add(bed.crowd.buy(sale, user, quantity));
        }

        assertThat(count(asked, Outcome.ACCEPTED))
                .as("together they ask for all there is")
                .isEqualTo(asked.size());
        assertFewGrants("quantities 1 to 5");
        bed.assertBooks(sale, SHARDS, 1_000);
    }

    @Test
    void reserveSellsInTheEndToo() {
        for (int percent : new int[] {30, 100}) {
            long sale = bed.open(1, 40, percent);
            assertThat(bed.number("SELECT unallocated FROM activity_items WHERE activity_id = ?", sale))
                    .isEqualTo(40L * percent / 100);
            bed.startWorkers(1);
            assertThat(count(buy(sale, ShardsBed.usersOf(sale, 1, 0, 40)), Outcome.ACCEPTED))
                    .isEqualTo(40);
        }
    }

    private void assertFewGrants(String demand) {
        long grants = bed.grantsSincePreheating();
        System.out.printf("LastUnitsIT: 1,000 units over 8 shards, %s: %d grants%n", demand, grants);
        assertThat(grants).isLessThan(MAX_GRANTS);
    }

    private List<CompletableFuture<Outcome>> buy(long sale, long[] users) {
        List<CompletableFuture<Outcome>> asked = new ArrayList<>();
        for (long user : users) {
            asked.add(bed.crowd.buy(sale, user, 1));
        }
        return asked;
    }
}
