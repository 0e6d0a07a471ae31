package io.seckill.books.balance;

import io.seckill.books.balance.BooksLook.Allocation;
import io.seckill.books.pools.Leftovers;
import io.seckill.books.pools.PoolSynchronizer;
import io.seckill.books.pools.PoolsBehindException;
import io.seckill.books.pools.Recaller;
import io.seckill.stock.Answers;
import io.seckill.stock.PoolStand;
import io.seckill.stock.PoolStandReader;
import io.seckill.stock.StockRedis;
import io.seckill.stock.StockUnavailableException;
import io.seckill.stock.TellReachScript;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jooq.DSLContext;

/**
 * Brings units of one open sale to where they are asked for, one look at a time. Every step may be repeated, by several
 * processes at once: moves are written before they are made, and a plan that another has overtaken is dropped. Blocking,
 * thread-safe.
 */
public final class ActivityBalancer {
    private final BooksReader books;
    private final Moves moves;
    private final Leftovers returns;
    private final Recaller recaller;
    private final PoolSynchronizer synchronizer;
    private final PoolStandReader pools;
    private final TellReachScript teller;

    public ActivityBalancer(DSLContext sql, StockRedis redis, PoolSynchronizer synchronizer) {
        this.books = new BooksReader(sql);
        this.moves = new Moves(sql);
        this.returns = new Leftovers(sql);
        this.recaller = new Recaller(returns, redis);
        this.synchronizer = synchronizer;
        this.pools = new PoolStandReader(redis);
        this.teller = new TellReachScript(redis);
    }

    /**
     * Looks once, and moves what should be elsewhere.
     *
     * @return true if units came out of pools, which another look at once will give to others
     * @throws PoolsBehindException if pools did not follow; the same call may be made again
     * @throws StockUnavailableException if Redis cannot be asked
     */
    public boolean balance(long activityId) {
        Optional<BooksLook> look = books.read(activityId);
        if (look.isEmpty() || look.get().pools().isEmpty()) {
            return false;
        }
        boolean came = isLeaving(look.get()) && recaller.recall(returns.underWay(activityId));
        StandLook stand = new StandLook(look.get(), stands(look.get()));
        tell(stand);
        if (moves.write(look.get(), stand.plan())) {
            came |= recaller.recall(returns.underWay(activityId));
            synchronizer.synchronize(activityId);
        }
        return came;
    }

    private static boolean isLeaving(BooksLook look) {
        return look.products().values().stream()
                .flatMap(product -> product.allocations().values().stream())
                .anyMatch(Allocation::leaving);
    }

    private Map<Integer, Map<Long, PoolStand>> stands(BooksLook look) {
        if (needsNoLookAtPools(look)) {
            return unseen(look);
        }
        List<Long> products = List.copyOf(look.products().keySet());
        Map<Integer, CompletionStage<Optional<Map<Long, PoolStand>>>> reads = new HashMap<>();
        for (BooksLook.Pool pool : look.pools()) {
            reads.put(pool.shard().shard(), pools.read(pool.shard(), pool.epoch(), products));
        }
        Map<Integer, Map<Long, PoolStand>> stands = new HashMap<>();
        reads.forEach((shard, read) -> Answers.await(read).ifPresent(found -> stands.put(shard, found)));
        return stands;
    }

    /** With one pool and nothing held back, whatever is unallocated goes there. */
    private static boolean needsNoLookAtPools(BooksLook look) {
        return look.reservePercent() == 0
                && look.products().values().stream()
                        .allMatch(product -> product.allocations().size() == 1);
    }

    /** As if the pool had nothing, had spent nothing, and knew what it may get. */
    private static Map<Integer, Map<Long, PoolStand>> unseen(BooksLook look) {
        int shard = look.pools().get(0).shard().shard();
        Map<Long, PoolStand> stands = new HashMap<>();
        look.products().forEach((id, product) -> {
            Allocation allocation = product.allocations().get(shard);
            long reach = product.unallocated() + allocation.held();
            stands.put(id, new PoolStand(allocation.id(), 0, 0, reach, 0));
        });
        return Map.of(shard, stands);
    }

    /** All pools at once. Whether one is told, was told more lately or is of another epoch by now: the next look shows. */
    private void tell(StandLook stand) {
        List<CompletionStage<TellReachScript.Outcome>> told = new ArrayList<>();
        for (BooksLook.Pool pool : stand.books().pools()) {
            List<TellReachScript.Reach> reaches = stand.toTell(pool);
            for (int from = 0; from < reaches.size(); from += TellReachScript.MAX_PRODUCTS) {
                int to = Math.min(from + TellReachScript.MAX_PRODUCTS, reaches.size());
                told.add(teller.tell(pool.shard(), pool.epoch(), stand.books().number(), reaches.subList(from, to)));
            }
        }
        told.forEach(Answers::await);
    }
}
