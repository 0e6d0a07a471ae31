package io.seckill.books.reconcile;

import io.seckill.books.pools.PoolLedger;
import io.seckill.books.pools.PoolSynchronizer;
import io.seckill.stock.Answers;
import io.seckill.stock.DecodedEntry;
import io.seckill.stock.EntryCodec;
import io.seckill.stock.LedgerLook;
import io.seckill.stock.ShardLook;
import io.seckill.stock.StockKeys;
import io.seckill.stock.StockRedis;
import io.seckill.stock.StreamScan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import org.jooq.DSLContext;

/**
 * Adds up the books of an activity from both stores, exactly, while it sells. Blocking, thread-safe; fails with {@code
 * StockUnavailableException} or jOOQ's {@code DataAccessException} if a store is away.
 */
public final class Reconciler {
    /** Entries in the streams of one activity at most. */
    static final int MAX_ENTRIES = 2_000_000;

    /** What differs is looked at again before it is reported: pools may be opened or closed between two reads. */
    private static final int MAX_LOOKS = 3;

    private final LedgerReader reader;
    private final LedgerLook pools;
    private final StreamScan streams;
    private final Suspects suspects;
    private final Repair repair;

    public Reconciler(DSLContext sql, StockRedis redis) {
        this.reader = new LedgerReader(sql);
        this.pools = new LedgerLook(redis);
        this.streams = new StreamScan(redis);
        this.suspects = new Suspects(sql, redis);
        this.repair = new Repair(sql, new PoolSynchronizer(new PoolLedger(sql), redis), redis);
    }

    /**
     * Adds up the books of one activity. An activity that is closed or not preheated is PostgreSQL's alone.
     *
     * @return nothing if there is no such activity
     * @throws BacklogTooLongException if its streams hold too many entries to compare
     */
    public Optional<ActivityBooks> reconcile(long activityId) {
        Optional<Look> look = look(activityId);
        for (int looks = 1; look.isPresent(); looks++) {
            BooksSum sum = Arithmetic.add(look.get());
            addUniqueness(activityId, sum);
            ActivityBooks books = sum.toBooks();
            if (books.addUp()) {
                return Optional.of(books);
            }
            if (looks == MAX_LOOKS) {
                suspects.name(look.get(), sum);
                return Optional.of(sum.toBooks());
            }
            look = look(activityId);
        }
        return Optional.empty();
    }

    /** The books by one look, as it is; for all that is known a difference may be of a pool that just came or went. */
    public Optional<ActivityBooks> once(long activityId) {
        return look(activityId).map(look -> Arithmetic.add(look).toBooks());
    }

    /**
     * Hands what is on its way and waits to the mechanism that moves it, then adds up the books.
     *
     * @return nothing if there is no such activity
     */
    public Optional<ActivityBooks> repair(long activityId) {
        List<String> repairs = reader.start(activityId)
                .map(start -> repair.of(
                        reader.atOneMoment(transaction -> LedgerReader.rows(transaction, start, Map.of())), activityId))
                .orElse(List.of());
        return reconcile(activityId)
                .map(books -> new ActivityBooks(activityId, books.products(), books.findings(), repairs));
    }

    private void addUniqueness(long activityId, BooksSum sum) {
        reader.atOneMoment(transaction -> {
            RequestUniqueness.check(transaction, activityId, sum);
            return true;
        });
    }

    private Optional<Look> look(long activityId) {
        return reader.start(activityId).map(start -> {
            Map<Integer, ShardLook> shards = start.inRedis() ? lookAtPools(start) : Map.of();
            List<ScannedLine> scanned = new ArrayList<>();
            shards.values().forEach(shard -> scan(shard, scanned));
            return reader.atOneMoment(transaction -> new Look(
                    start,
                    shards,
                    scanned,
                    LedgerReader.rows(transaction, start, shards),
                    EntryFates.of(transaction, scanned)));
        });
    }

    private Map<Integer, ShardLook> lookAtPools(LedgerReader.Start start) {
        Map<Integer, CompletionStage<ShardLook>> asked = new TreeMap<>();
        start.shards().forEach(shard -> asked.put(shard, pools.look(start.shard(shard), start.products())));
        Map<Integer, ShardLook> shards = new TreeMap<>();
        asked.forEach((shard, answer) -> shards.put(shard, Answers.await(answer)));
        return shards;
    }

    private void scan(ShardLook shard, List<ScannedLine> lines) {
        for (ShardLook.ProductLook product : shard.products()) {
            if (product.entries() > 0) {
                streams.scan(StockKeys.stream(shard.shard(), product.productId()), product.lastId(), entry -> {
                    if (EntryCodec.decode(entry) instanceof DecodedEntry.OrderLine line) {
                        if (lines.size() == MAX_ENTRIES) {
                            throw new BacklogTooLongException(shard.shard().activityId(), MAX_ENTRIES);
                        }
                        lines.add(ScannedLine.of(line));
                    }
                });
            }
        }
    }
}
