package io.seckill.server.epochs;

import io.seckill.books.epochs.ExpectedPool;
import io.seckill.stock.Decision;
import io.seckill.stock.DecodedEntry;
import io.seckill.stock.ReserveOrder;
import io.seckill.stock.ReserveOutcome;
import io.seckill.stock.ReserveReply;
import io.seckill.stock.ShardId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this server saw Redis decide: how much was spent from each pool, and which orders it acknowledged last. Thread-safe,
 * never waits.
 */
public final class Witness {
    /** Orders that are remembered at most, over all pools. */
    public static final int MAX_ACKNOWLEDGED = 65_536;

    private static final int MAX_POOLS = 10_000;
    private static final Duration FORGET_AFTER = Duration.ofMinutes(10);
    private static final Logger log = LoggerFactory.getLogger(Witness.class);

    private final LongSupplier nanoTime;
    private final Acknowledgements acknowledged = new Acknowledgements(MAX_ACKNOWLEDGED);
    private final Map<PoolKey, PoolMemory> pools = new ConcurrentHashMap<>();
    private final Map<PoolKey, String> contradicted = new ConcurrentHashMap<>();
    private final Set<ShardId> missing = ConcurrentHashMap.newKeySet();

    /** @param nanoTime the time that has elapsed since some moment */
    public Witness(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * Takes in a reply, before the next call goes out.
     *
     * @return false if it cannot be true unless Redis has forgotten what it said before: then nobody may be told of it
     */
    public boolean saw(ShardId shard, long epoch, ReserveReply.Decided reply) {
        PoolKey key = new PoolKey(shard, epoch);
        PoolMemory memory = pools.get(key);
        if (memory == null) {
            if (pools.size() >= MAX_POOLS) {
                log.warn("more than {} pools are sold from; what {} spends is not remembered", MAX_POOLS, shard);
                return true;
            }
            memory = pools.computeIfAbsent(key, made -> new PoolMemory());
        }
        Optional<String> contradiction = memory.take(reply.products(), nanoTime.getAsLong());
        contradiction.ifPresent(what -> contradicted.put(key, what));
        return contradiction.isEmpty();
    }

    /** Remembers the orders that are acknowledged now. */
    public void acknowledge(
            ShardId shard, long epoch, ReserveOrder order, Decision decision, ReserveReply.Decided reply) {
        if (decision.outcome() == ReserveOutcome.ACCEPTED || decision.outcome() == ReserveOutcome.REPLAYED) {
            acknowledged.add(new PoolKey(shard, epoch), order, decision, reply.products());
        }
    }

    /** Remembers that Redis had no such pool, or one of an earlier epoch. */
    public void missed(ShardId shard) {
        if (missing.size() < MAX_POOLS) {
            missing.add(shard);
        }
    }

    /** What cannot be unless Redis has forgotten something. */
    Map<PoolKey, String> contradicted() {
        return Map.copyOf(contradicted);
    }

    /** Pools that were missing; each is given once. */
    List<ShardId> takeMissing() {
        List<ShardId> taken = List.copyOf(missing);
        taken.forEach(missing::remove);
        return taken;
    }

    void told(PoolKey key) {
        contradicted.remove(key);
    }

    /** All pools that something is known of. */
    List<PoolKey> pools() {
        return List.copyOf(pools.keySet());
    }

    ExpectedPool expected(PoolKey key) {
        PoolMemory memory = pools.get(key);
        return memory == null ? new ExpectedPool(key.shard(), key.epoch(), Map.of()) : memory.expected(key);
    }

    /** Raised whenever there is something new to report of a pool. */
    long changes(PoolKey key) {
        PoolMemory memory = pools.get(key);
        return memory == null ? 0 : memory.changes();
    }

    List<List<DecodedEntry.OrderLine>> acknowledged(PoolKey key) {
        return acknowledged.of(key);
    }

    /** Forgets a pool whose epoch is over, if nothing new was seen since. */
    void forget(PoolKey key, long changes) {
        pools.computeIfPresent(key, (same, memory) -> memory.changes() == changes ? null : memory);
    }

    /** Forgets a pool of which nothing is to be reported, if nobody has bought from it for long. */
    void forgetIfIdle(PoolKey key) {
        long now = nanoTime.getAsLong();
        pools.computeIfPresent(key, (same, memory) -> memory.idleNanos(now) > FORGET_AFTER.toNanos() ? null : memory);
    }
}
