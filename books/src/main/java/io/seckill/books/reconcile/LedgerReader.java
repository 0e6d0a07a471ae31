package io.seckill.books.reconcile;

import io.seckill.books.FreshPlans;
import io.seckill.stock.ShardId;
import io.seckill.stock.ShardLook;
import io.seckill.stock.StockKeys;
import io.seckill.stock.StreamId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jooq.Record;

/** Reads the rows that the books consist of, without a lock. Blocking, thread-safe. */
final class LedgerReader {
    /** Moves and rules that Redis does not follow for longer are findings. */
    static final long PATIENCE_SECONDS = 10;

    private static final String START = """
            SELECT activity.preheated_at IS NOT NULL AND activity.closed_at IS NULL, activity.pools_applied,
                   (SELECT coalesce(max(id), 0) FROM seckill_logs)
            FROM activities activity
            WHERE activity.id = ?
            """;

    private static final String PRODUCTS =
            "SELECT product_id FROM activity_items WHERE activity_id = ? ORDER BY product_id";

    private static final String SHARDS = "SELECT shard FROM pools WHERE activity_id = ? AND shard >= 0 ORDER BY shard";

    private static final String ACTIVITY = """
            SELECT closed_at IS NOT NULL, recalled_at IS NOT NULL,
                   pools_applied < pools_version AND preheated_at IS NOT NULL AND closed_at IS NULL
                       AND updated_at < now() - ? * interval '1 second',
                   pools_version, pools_applied
            FROM activities WHERE id = ?
            """;

    private static final String ITEMS =
            "SELECT product_id, total, unallocated FROM activity_items WHERE activity_id = ? ORDER BY product_id";

    private static final String POOLS =
            "SELECT shard, epoch, fenced_because FROM pools WHERE activity_id = ? ORDER BY shard";

    private static final String ALLOCATIONS = """
            SELECT id, product_id, shard, epoch, granted, returned, persisted, cancelled, quarantined,
                   closed_at IS NOT NULL
            FROM allocations WHERE activity_id = ? ORDER BY id
            """;

    private static final String WAITING = """
            SELECT move.id, move.allocation_id, allocation.product_id, coalesce(%2$s, 0),
                   floor(extract(epoch FROM now() - move.created_at))::bigint
            FROM %1$s move
            JOIN allocations allocation ON allocation.id = move.allocation_id
            WHERE allocation.activity_id = ? AND move.applied_at IS NULL
            ORDER BY move.id
            """;

    private static final String WAITING_GRANTS = WAITING.formatted("grants", "move.units");
    private static final String WAITING_RETURNS = WAITING.formatted("returns", "move.at_most");

    private final DSLContext sql;

    LedgerReader(DSLContext sql) {
        this.sql = FreshPlans.on(sql);
    }

    /**
     * What is read before Redis is looked at.
     *
     * @param inRedis it has pools
     * @param applied the version that its pools are known to follow
     * @param lastLine every line up to this one was inserted, so decided, before
     */
    record Start(
            long activityId, boolean inRedis, long applied, long lastLine, List<Long> products, List<Integer> shards) {
        ShardId shard(int shard) {
            return new ShardId(activityId, shard);
        }

        String[] streams() {
            return shards.stream()
                    .flatMap(shard -> products.stream().map(product -> StockKeys.stream(shard(shard), product)))
                    .toArray(String[]::new);
        }
    }

    /** Nothing if there is no such activity. */
    Optional<Start> start(long activityId) {
        return sql.fetch(START, activityId).stream()
                .findFirst()
                .map(row -> new Start(
                        activityId,
                        row.get(0, Boolean.class),
                        row.get(1, Long.class),
                        row.get(2, Long.class),
                        sql.fetch(PRODUCTS, activityId).getValues(0, Long.class),
                        sql.fetch(SHARDS, activityId).getValues(0, Integer.class)));
    }

    /** Reads everything at one moment. */
    <T> T atOneMoment(Function<DSLContext, T> read) {
        return sql.transactionResult(configuration -> {
            DSLContext transaction = configuration.dsl();
            transaction.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
            return read.apply(transaction);
        });
    }

    /** The rows of an activity that is there. */
    static LedgerRows rows(DSLContext transaction, Start start, Map<Integer, ShardLook> shards) {
        long id = start.activityId();
        Record activity = transaction.fetchSingle(ACTIVITY, PATIENCE_SECONDS, id);
        List<LedgerRows.Allocation> allocations = new ArrayList<>();
        transaction.fetch(ALLOCATIONS, id).forEach(row -> allocations.add(allocation(row)));
        List<LedgerRows.Waiting> grants = waiting(transaction, WAITING_GRANTS, id);
        LineSums lines = new LineSums(transaction, start);
        return new LedgerRows(
                activity.get(0, Boolean.class),
                activity.get(1, Boolean.class),
                activity.get(2, Boolean.class) && grants.isEmpty()
                        ? Optional.of("the pools follow version " + activity.get(4, Long.class)
                                + " of the activity, not yet version " + activity.get(3, Long.class))
                        : Optional.empty(),
                transaction
                        .fetch(ITEMS, id)
                        .map(row -> new LedgerRows.Item(
                                row.get(0, Long.class), row.get(1, Long.class), row.get(2, Long.class))),
                transaction
                        .fetch(POOLS, id)
                        .map(row -> new LedgerRows.Pool(
                                row.get(0, Integer.class),
                                row.get(1, Long.class),
                                Optional.ofNullable(row.get(2, String.class)))),
                allocations,
                grants,
                waiting(transaction, WAITING_RETURNS, id),
                new LedgerRows.Lines(lines.recorded(), lines.rejected()),
                lines.recordedLater(lastIds(allocations, shards)));
    }

    private static LedgerRows.Allocation allocation(Record row) {
        return new LedgerRows.Allocation(
                row.get(0, Long.class),
                row.get(1, Long.class),
                row.get(2, Integer.class),
                row.get(3, Long.class),
                row.get(4, Long.class),
                row.get(5, Long.class),
                row.get(6, Long.class),
                row.get(7, Long.class),
                row.get(8, Long.class),
                row.get(9, Boolean.class));
    }

    private static List<LedgerRows.Waiting> waiting(DSLContext transaction, String statement, long activityId) {
        return transaction
                .fetch(statement, activityId)
                .map(row -> new LedgerRows.Waiting(
                        row.get(0, Long.class),
                        row.get(1, Long.class),
                        row.get(2, Long.class),
                        row.get(3, Long.class),
                        row.get(4, Long.class)));
    }

    /** The last id that Redis had given, by the allocation that its pool spent then. */
    private static Map<Long, StreamId> lastIds(
            List<LedgerRows.Allocation> allocations, Map<Integer, ShardLook> shards) {
        Map<Long, StreamId> lastIds = new HashMap<>();
        for (ShardLook shard : shards.values()) {
            for (ShardLook.ProductLook product : shard.products()) {
                product.pool().ifPresent(pool -> lastIds.put(pool.allocationId(), product.lastId()));
            }
        }
        lastIds.keySet()
                .retainAll(allocations.stream().map(LedgerRows.Allocation::id).toList());
        return lastIds;
    }
}
