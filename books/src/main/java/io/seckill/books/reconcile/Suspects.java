package io.seckill.books.reconcile;

import io.seckill.books.FreshPlans;
import io.seckill.books.reconcile.LedgerRows.Allocation;
import io.seckill.stock.BuyersScan;
import io.seckill.stock.HeldOrder;
import io.seckill.stock.ReserveOrder;
import io.seckill.stock.ShardId;
import io.seckill.stock.ShardLook;
import io.seckill.stock.StockKeys;
import io.seckill.stock.StockRedis;
import io.seckill.stock.StreamId;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import org.jooq.Record;

/**
 * Names the orders and entries behind a difference. Asked only when there is one, since it reads every buyer of the shard.
 * Blocking, thread-safe.
 */
final class Suspects {
    /** Orders with fewer lines than they have, of which some may be in the streams. */
    private static final int MAX_CANDIDATES = 10_000;

    /** For an activity that Redis has nothing of. */
    private static final Instant END_OF_TIME = Instant.parse("9999-12-31T00:00:00Z");

    private static final String INCOMPLETE = """
            SELECT o.order_id, o.user_id, o.lines, coalesce(recorded.lines, 0)
            FROM orders o
            LEFT JOIN (
                SELECT line.order_id, count(*) AS lines
                FROM (SELECT order_id FROM seckill_logs WHERE activity_id = ?
                      UNION ALL
                      SELECT order_id FROM rejected_lines rejected WHERE activity_id = ? AND NOT EXISTS (
                          SELECT FROM seckill_logs same
                          WHERE (same.order_id, same.product_id) = (rejected.order_id, rejected.product_id))) line
                GROUP BY line.order_id) recorded ON recorded.order_id = o.order_id
            WHERE o.activity_id = ? AND o.created_at < timestamptz 'epoch' + ? * interval '1 millisecond' AND o.lines > coalesce(recorded.lines, 0)
            ORDER BY o.order_id
            LIMIT ?
            """;

    private final DSLContext sql;
    private final BuyersScan buyers;
    private final DeadLetterIds letters;

    Suspects(DSLContext sql, StockRedis redis) {
        this.sql = FreshPlans.on(sql);
        this.buyers = new BuyersScan(redis);
        this.letters = new DeadLetterIds(redis);
    }

    /** Adds what it finds to the findings of a sum that does not add up. */
    void name(Look look, BooksSum sum) {
        Map<Integer, Map<Long, Allocation>> byShard = new HashMap<>();
        sum.unaccounted()
                .keySet()
                .forEach(allocation -> byShard.computeIfAbsent(allocation.shard(), shard -> new HashMap<>())
                        .put(allocation.productId(), allocation));
        byShard.forEach(
                (shard, products) -> nameInShard(look, sum, look.shards().get(shard), products));
        if (sum.anyLinesDiffer() || !sum.unaccounted().isEmpty()) {
            nameIncomplete(look, sum);
        }
    }

    /** What the pool sold is in its buyers hash: nothing else can tell a sale from an entry made by hand. */
    private void nameInShard(Look look, BooksSum sum, ShardLook seen, Map<Long, Allocation> products) {
        ShardId shard = seen.shard();
        Map<String, ScannedLine> unsold = new HashMap<>();
        Set<String> standing = new HashSet<>();
        for (ScannedLine line : look.scanned()) {
            if (products.containsKey(line.productId())
                    && line.stream().equals(StockKeys.stream(shard, line.productId()))) {
                standing.add(key(line.productId(), line.id()));
            }
        }
        for (ScannedLine line : look.fates().unrecorded()) {
            if (standing.contains(key(line.productId(), line.id()))) {
                unsold.put(key(line.productId(), line.id()), line);
            }
        }
        Map<Long, StreamId> lastIds = seen.products().stream()
                .collect(Collectors.toMap(ShardLook.ProductLook::productId, ShardLook.ProductLook::lastId));
        MissingLines missing = new MissingLines(sql);
        buyers.scan(shard, new BuyersScan.Visitor() {
            @Override
            public boolean buyer(long userId, List<HeldOrder> orders) {
                for (HeldOrder order : orders) {
                    Optional<UUID> orderId = uuid(order.orderId());
                    if (orderId.isEmpty()) {
                        unreadable(Long.toString(userId));
                        continue;
                    }
                    for (int i = 0; i < order.lines().size(); i++) {
                        ReserveOrder.Line line = order.lines().get(i);
                        String id = order.streamIds().get(i);
                        ScannedLine sold = unsold.get(key(line.productId(), id));
                        if (sold != null && sold.orderId().toString().equals(order.orderId())) {
                            unsold.remove(key(line.productId(), id));
                        }
                        if (products.containsKey(line.productId())
                                && !standing.contains(key(line.productId(), id))
                                && isBefore(id, lastIds.get(line.productId()), seen.time())) {
                            missing.add(userId, orderId.get(), line.productId(), line.quantity(), id);
                        }
                    }
                }
                return true;
            }

            @Override
            public void unreadable(String user) {
                sum.finding("shard " + shard.shard() + ": what buyer " + user + " holds cannot be read");
            }
        });
        unsold.values().stream()
                .sorted(Comparator.comparing(ScannedLine::id))
                .forEach(line -> sum.finding(
                        line.productId(), line + ": the pool did not sell it, so somebody put it there by hand"));
        List<MissingLines.Line> lost = missing.confirmed();
        Map<String, String> letterIds = lost.isEmpty() ? Map.of() : letters.of(shard);
        for (MissingLines.Line line : lost) {
            String letter = letterIds.get(DeadLetterIds.key(StockKeys.stream(shard, line.productId()), line.entryId()));
            sum.finding(
                    line.productId(),
                    "order " + line.orderId() + " of user " + line.userId() + ": accepted with " + line.quantity()
                            + " units, its entry " + line.entryId() + " of " + StockKeys.stream(shard, line.productId())
                            + " is neither in the stream nor recorded"
                            + (letter == null ? "" : ", but dead letter " + letter));
        }
    }

    /** Of a stream that was deleted and begins anew the last id says nothing, but the time does. */
    private static boolean isBefore(String id, StreamId last, Instant look) {
        return StreamId.parse(id)
                .map(entry -> entry.compareTo(last) <= 0 || entry.instant().isBefore(look))
                .orElse(false);
    }

    private static Optional<UUID> uuid(String text) {
        try {
            return Optional.of(UUID.fromString(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // put there by hand
        }
    }

    private static String key(long productId, String id) {
        return productId + "/" + id;
    }

    /** Orders that were decided before the look, of which a line is neither recorded nor in a stream. */
    private void nameIncomplete(Look look, BooksSum sum) {
        long activity = look.start().activityId();
        Set<UUID> flying = look.scanned().stream().map(ScannedLine::orderId).collect(Collectors.toSet());
        long before = look.shards().values().stream()
                .map(ShardLook::time)
                .min(Instant::compareTo)
                .orElse(END_OF_TIME)
                .toEpochMilli();
        for (Record row : sql.fetch(INCOMPLETE, activity, activity, activity, before, MAX_CANDIDATES)) {
            UUID order = row.get(0, UUID.class);
            if (!flying.contains(order)) {
                sum.finding("order " + order + " of user " + row.get(1, Long.class) + ": it has "
                        + row.get(2, Integer.class) + " lines, and " + row.get(3, Long.class) + " are recorded");
            }
        }
    }
}
