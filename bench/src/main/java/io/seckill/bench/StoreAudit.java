package io.seckill.bench;

import io.seckill.bench.RecordedRows.Books;
import io.seckill.bench.RecordedRows.Moves;
import io.seckill.bench.RecordedRows.Rules;
import io.seckill.migrations.Database;
import io.seckill.settings.StartFailure;
import io.seckill.stock.BacklogReader;
import io.seckill.stock.BacklogReader.Backlog;
import io.seckill.stock.PoolReader;
import io.seckill.stock.ProductPool;
import io.seckill.stock.ShardId;
import io.seckill.stock.StockRedis;
import io.seckill.stock.StockUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import org.jooq.exception.DataAccessException;

/**
 * Reads PostgreSQL and Redis themselves and compares them with what buyers were told. It means something once the
 * streams are empty: see {@link RecordingWait}. Blocking.
 */
public final class StoreAudit {
    private static final int MAX_LOOKS = 10;
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

    private final Database database;
    private final PoolReader pools;
    private final BacklogReader backlogs;

    public StoreAudit(Database database, StockRedis redis) {
        this.database = database;
        this.pools = new PoolReader(redis);
        this.backlogs = new BacklogReader(redis);
    }

    private record Recorded(Rules rules, List<Books> books, Map<Long, Long> spentByAllocation) {}

    /**
     * Audits one activity of which nobody but these buyers bought.
     *
     * @throws StartFailure if a store cannot be read
     */
    public AuditReport run(long activityId, Told told) {
        try {
            return compareInPeace(activityId, told);
        } catch (StockUnavailableException | DataAccessException e) {
            throw new StartFailure("no audit, since a store cannot be read: " + firstLine(e), e);
        }
    }

    private static String firstLine(Exception failure) {
        return String.valueOf(failure.getMessage()).lines().findFirst().orElse("no message");
    }

    /** Units may be on their way between the stores while both are read; then what was read is of two moments. */
    private AuditReport compareInPeace(long activityId, Told told) {
        for (int look = 1; ; look++) {
            Moves before = RecordedRows.read(database, activityId, RecordedRows::moves);
            AuditReport report = compare(activityId, told);
            Moves after = RecordedRows.read(database, activityId, RecordedRows::moves);
            if (look == MAX_LOOKS || (after.equals(before) && after.underWay() == 0)) {
                return report;
            }
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
    }

    private AuditReport compare(long activityId, Told told) {
        OrderComparison comparison = new OrderComparison(told);
        Recorded recorded = RecordedRows.read(database, activityId, rows -> readRows(rows, comparison));
        List<Long> productIds = recorded.books().stream().map(Books::productId).toList();
        Findings books = new Findings();
        Map<Long, Long> remaining = new HashMap<>();
        long left = 0;
        long deadLetters = 0;
        for (int shard = 0; shard < recorded.rules().shards(); shard++) {
            ShardId id = new ShardId(activityId, shard);
            readPool(id, productIds, recorded.spentByAllocation(), books)
                    .forEach((product, units) -> remaining.merge(product, units, Long::sum));
            Backlog backlog = backlogs.read(id, productIds);
            left += Math.max(backlog.entries(), backlog.pending());
            deadLetters += backlog.deadLetters();
        }
        List<ProductAudit> products = new ArrayList<>();
        for (Books product : recorded.books()) {
            checkBooks(product, comparison.recordedUnits(product.productId()), books);
            products.add(new ProductAudit(
                    product.productId(),
                    product.total(),
                    told.accepted().unitsOf(product.productId()),
                    comparison.recordedUnits(product.productId()),
                    product.unallocated(),
                    remaining.getOrDefault(product.productId(), 0L),
                    product.quarantined()));
        }
        Findings contradictions = contradictions(told, comparison, recorded.rules());
        return report(told, comparison, contradictions, products, books, left, deadLetters);
    }

    private static Recorded readRows(RecordedRows rows, OrderComparison comparison) {
        Rules rules = rows.rules();
        rows.eachOrder(comparison::order);
        rows.eachLine(comparison::line);
        if (rules.reserve()) {
            rows.eachSuperseded(comparison::superseded);
        }
        rows.usersOver(rules.maxOrdersPerUser()).forEach(comparison::overLimit);
        return new Recorded(rules, rows.books(), rows.spentByAllocation());
    }

    /** The units that remain in one pool, by product. */
    private Map<Long, Long> readPool(
            ShardId shard, List<Long> productIds, Map<Long, Long> spentByAllocation, Findings books) {
        Optional<Map<Long, ProductPool>> pool = read(shard, productIds);
        if (pool.isEmpty()) {
            books.add(shard + " has no pool in Redis");
            return Map.of();
        }
        Map<Long, Long> remaining = new HashMap<>();
        pool.get().forEach((productId, product) -> {
            remaining.put(productId, product.remaining());
            long spent = spentByAllocation.getOrDefault(product.allocationId(), 0L);
            if (product.cum() != spent) {
                books.add("product " + productId + ": Redis spent " + product.cum() + " units of allocation "
                        + product.allocationId() + ", PostgreSQL accounts for " + spent);
            }
        });
        return remaining;
    }

    private Optional<Map<Long, ProductPool>> read(ShardId shard, List<Long> productIds) {
        try {
            return pools.read(shard, productIds).toCompletableFuture().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof StockUnavailableException unavailable ? unavailable : e;
        }
    }

    private static void checkBooks(Books product, long recordedUnits, Findings books) {
        if (product.total() != product.unallocated() + product.inPools()) {
            books.add("product " + product.productId() + ": total " + product.total() + " is not unallocated "
                    + product.unallocated() + " + allocated " + product.inPools());
        }
        long standing = product.persisted() - product.cancelled();
        if (standing != recordedUnits) {
            books.add("product " + product.productId() + ": the allocations count " + standing
                    + " units recorded, the lines " + recordedUnits);
        }
    }

    /** What the rules of the sale do not explain; the rest are contradictions in themselves. */
    private static Findings contradictions(Told told, OrderComparison comparison, Rules rules) {
        Findings contradictions = new Findings();
        told.twoOrders().stream()
                .filter(two -> !comparison.oneIsSuperseded(two))
                .forEach(two -> contradictions.add(two.sentence()));
        if (!rules.reserve()) {
            contradictions.addAll(told.putOff());
        }
        contradictions.addAll(told.contradictions());
        return contradictions;
    }

    private static AuditReport report(
            Told told,
            OrderComparison comparison,
            Findings contradictions,
            List<ProductAudit> products,
            Findings books,
            long left,
            long deadLetters) {
        Findings lost = comparison.lost();
        Findings duplicated = comparison.duplicated();
        List<String> findings = new ArrayList<>();
        for (Findings each : List.of(contradictions, lost, duplicated, books)) {
            findings.addAll(each.first());
        }
        products.stream()
                .filter(product -> product.difference() != 0)
                .forEach(product -> findings.add("product " + product.productId() + ": " + product.difference() + " of "
                        + product.stock() + " units are unaccounted for"));
        return new AuditReport(
                products,
                new AuditReport.Orders(
                        told.accepted().size(),
                        comparison.recordedOrders(),
                        comparison.supersededOrders(),
                        lost.count(),
                        duplicated.count(),
                        books.count()),
                new AuditReport.Answers(
                        contradictions.count(), told.unresolvedUsers().size()),
                left,
                deadLetters,
                findings);
    }
}
