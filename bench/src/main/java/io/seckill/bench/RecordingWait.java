package io.seckill.bench;

import io.seckill.settings.StartFailure;
import io.seckill.stock.BacklogReader;
import io.seckill.stock.BacklogReader.Backlog;
import io.seckill.stock.ShardId;
import io.seckill.stock.StockRedis;
import io.seckill.stock.StockUnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;

/** Waits until the streams of an activity are empty: an entry leaves them only after the commit that recorded it. */
public final class RecordingWait {
    private static final Duration POLL = Duration.ofMillis(20);

    private final BacklogReader backlogs;
    private final Duration patience;

    /**
     * Makes a wait.
     *
     * @param patience the longest time without an entry recorded before it gives up
     */
    public RecordingWait(StockRedis redis, Duration patience) {
        this.backlogs = new BacklogReader(redis);
        this.patience = patience;
    }

    /**
     * Waits. Nothing may be sold meanwhile.
     *
     * @param entriesLeft is told how many entries there are, at each look
     * @return true if the streams are empty; false if it gave up
     * @throws StartFailure if Redis cannot be read
     * @throws InterruptedException if the thread is
     */
    public boolean await(long activityId, int shards, List<Long> products, LongConsumer entriesLeft)
            throws InterruptedException {
        long fewest = Long.MAX_VALUE;
        long lastProgress = System.nanoTime();
        while (true) {
            long left = left(activityId, shards, products);
            entriesLeft.accept(left);
            if (left == 0) {
                return true;
            }
            if (left < fewest) {
                fewest = left;
                lastProgress = System.nanoTime();
            } else if (System.nanoTime() - lastProgress > patience.toNanos()) {
                return false;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(POLL.toMillis()));
            if (Thread.interrupted()) {
                throw new InterruptedException("while " + left + " entries were left to record");
            }
        }
    }

    private long left(long activityId, int shards, List<Long> products) {
        try {
            long left = 0;
            for (int shard = 0; shard < shards; shard++) {
                Backlog backlog = backlogs.read(new ShardId(activityId, shard), products);
                left += Math.max(backlog.entries(), backlog.pending());
            }
            return left;
        } catch (StockUnavailableException e) {
            throw new StartFailure("what is left to record cannot be read from Redis: " + e.getMessage(), e);
        }
    }
}
