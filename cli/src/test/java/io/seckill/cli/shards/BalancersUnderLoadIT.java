package io.seckill.cli.shards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.seckill.stock.Answers;
import io.seckill.stock.PoolStand;
import io.seckill.stock.PoolStandReader;
import io.seckill.stock.ShardId;
import io.seckill.v1.SeckillResponse.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Several workers balance one sale while it sells, orders expire and stock is added: no unit is lost, and none is there twice. */
class BalancersUnderLoadIT {
    private static final int SHARDS = 5;
    private static final int STOCK = 400;
    private static final int BUYERS = 700;
    private static final int ROUNDS = 10;

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
    void booksAreExactWhateverMoves() {
        long seed = Long.getLong("seckill.seed", ThreadLocalRandom.current().nextLong());
        System.out.println("BalancersUnderLoadIT: -Dseckill.seed=" + seed);
        Random random = new Random(seed);
        long sale = bed.open(SHARDS, STOCK, 20);
        bed.startWorkers(3);
        List<CompletableFuture<Outcome>> asked = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < BUYERS / ROUNDS; i++) {
                asked.add(bed.crowd.buy(sale, asked.size() + 1, 1 + random.nextInt(3)));
            }
            bed.database.sql().execute("""
                    UPDATE orders SET expires_at = now()
                    WHERE status = 'PENDING_PAYMENT' AND user_id % 3 = ?
                    """, random.nextInt(3));
        }

        long accepted = Crowd.count(asked, Outcome.ACCEPTED);
        assertThat(Crowd.count(asked, Outcome.SOLD_OUT)).isEqualTo(asked.size() - accepted);
        await().until(() -> bed.number("SELECT count(*) FROM orders") == accepted);
        await().until(() -> bed.number("SELECT sum(persisted) FROM allocations") == spent(sale));
        await().until(() -> bed.number("SELECT count(*) FROM orders WHERE expires_at <= now()"
                        + " AND (status = 'PENDING_PAYMENT' OR released_at IS NULL)")
                == 0);
        bed.assertBooks(sale, SHARDS, STOCK);
        assertThat(bed.number("SELECT sum(quantity) FROM seckill_logs WHERE status <> 'FAILED'"))
                .isLessThanOrEqualTo(STOCK);

        long left = STOCK - bed.number("SELECT sum(quantity) FROM seckill_logs WHERE status <> 'FAILED'");
        await("pools are told of units that came back").until(() -> poolsKnowOf(sale, left));
        List<CompletableFuture<Outcome>> last = new ArrayList<>();
        for (int i = 0; i < left; i++) {
            last.add(bed.crowd.buy(sale, 10_000 + i, 1));
        }
        assertThat(Crowd.count(last, Outcome.ACCEPTED)).as("what is left").isEqualTo(left);
        bed.assertBooks(sale, SHARDS, STOCK);
    }

    private boolean poolsKnowOf(long sale, long left) {
        for (int shard = 0; shard < SHARDS; shard++) {
            PoolStand stand = Answers.await(new PoolStandReader(bed.redis)
                            .read(new ShardId(sale, shard), 1, List.of(ShardsBed.PRODUCT)))
                    .orElseThrow()
                    .get(ShardsBed.PRODUCT);
            if (stand.reach() - stand.cum() < left && stand.remaining() < left) {
                return false;
            }
        }
        return true;
    }

    private long spent(long sale) {
        long spent = 0;
        for (int shard = 0; shard < SHARDS; shard++) {
            spent += bed.spent(sale, shard);
        }
        return spent;
    }
}
