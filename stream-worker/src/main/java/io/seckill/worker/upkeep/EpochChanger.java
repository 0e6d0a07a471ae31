package io.seckill.worker.upkeep;

import io.seckill.books.epochs.EpochChange;
import io.seckill.books.epochs.Fences;
import io.seckill.books.epochs.Fences.FencedPool;
import io.seckill.books.epochs.Sightings;
import io.seckill.stock.Answers;
import io.seckill.stock.FenceScript;
import io.seckill.stock.FenceScript.Remains;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes fenced pools unspendable in Redis, and closes their epochs once what their streams still held is recorded. */
final class EpochChanger implements Role {
    private static final int MAX_POOLS_PER_TURN = 256;
    private static final Logger log = LoggerFactory.getLogger(EpochChanger.class);

    private final Fences fences;
    private final FenceScript script;
    private final Sightings sightings;
    private final EpochChange change;
    private final Duration grace;

    EpochChanger(Fences fences, FenceScript script, Sightings sightings, EpochChange change, Duration grace) {
        this.fences = fences;
        this.script = script;
        this.sightings = sightings;
        this.change = change;
        this.grace = grace;
    }

    @Override
    public String what() {
        return "closing epochs";
    }

    @Override
    public boolean turn() {
        fences.fenced(MAX_POOLS_PER_TURN).forEach(this::close);
        return false;
    }

    private void close(FencedPool pool) {
        Optional<Remains> remains = Answers.await(script.fence(pool.shard(), pool.epoch(), pool.products()));
        if (remains.isEmpty()) {
            return; // another worker was faster
        }
        sightings.report(pool.shard(), pool.epoch(), remains.get().spent());
        if (remains.get().entries() == 0 && change.change(pool.shard(), pool.epoch(), grace)) {
            log.info(
                    "activity {}, shard {}: epoch {} is closed",
                    pool.shard().activityId(),
                    pool.shard().shard(),
                    pool.epoch());
        }
    }
}
