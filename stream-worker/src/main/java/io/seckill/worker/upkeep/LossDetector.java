package io.seckill.worker.upkeep;

import io.seckill.books.epochs.ExpectedPool;
import io.seckill.books.epochs.Fences;
import io.seckill.books.epochs.WatchedPools;
import io.seckill.stock.Answers;
import io.seckill.stock.PoolReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Holds Redis against the books: a pool that has forgotten something spends no more. */
final class LossDetector implements Role {
    /** Pools that are asked for at the same time. */
    private static final int POOLS_AT_ONCE = 64;

    private final WatchedPools pools;
    private final PoolReader reader;
    private final Fences fences;
    private final UpkeepMetrics metrics;

    LossDetector(WatchedPools pools, PoolReader reader, Fences fences, UpkeepMetrics metrics) {
        this.pools = pools;
        this.reader = reader;
        this.fences = fences;
        this.metrics = metrics;
    }

    @Override
    public String what() {
        return "looking for lost pools";
    }

    @Override
    public boolean turn() {
        // PostgreSQL is read before Redis, since what is recorded in between was spent before.
        List<ExpectedPool> expected = pools.prepared();
        metrics.pools(expected);
        for (int from = 0; from < expected.size(); from += POOLS_AT_ONCE) {
            compare(expected.subList(from, Math.min(from + POOLS_AT_ONCE, expected.size())));
        }
        return false;
    }

    private void compare(List<ExpectedPool> expected) {
        List<CompletionStage<Optional<PoolReader.Look>>> looks = new ArrayList<>();
        for (ExpectedPool pool : expected) {
            looks.add(reader.look(pool.shard(), pool.spent().keySet()));
        }
        for (int i = 0; i < expected.size(); i++) {
            ExpectedPool pool = expected.get(i);
            pool.forgotten(Answers.await(looks.get(i)))
                    .ifPresent(what -> fences.raise(pool.shard(), pool.epoch(), what));
        }
    }
}
