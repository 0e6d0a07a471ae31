package io.seckill.books.reconcile;

import io.seckill.books.reconcile.LedgerRows.Allocation;
import io.seckill.stock.ProductPool;
import io.seckill.stock.ShardId;
import io.seckill.stock.ShardLook;
import io.seckill.stock.StockKeys;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The sum of one look at both stores.
 *
 * <p>With what Redis said at its moment t and PostgreSQL later, of each allocation that a pool spends: Redis by itself has
 * remaining + cum = units brought in − units taken out. What it spent is in a stream, or recorded by then: every entry up
 * to the last id at t that is not in its stream any more was committed before it left. So cum = in flight + persisted −
 * recorded later + quarantined. And PostgreSQL by itself has total = unallocated + Σ (granted − returned − cancelled). The
 * three together are I6, in which what was recorded later counts as persisted and not as remaining.
 */
final class Arithmetic {
    private final Look look;
    private final LedgerRows rows;
    private final BooksSum sum;
    private final Map<Long, Allocation> allocations = new TreeMap<>();
    private final Map<Long, Long> inFlight = new HashMap<>();

    private Arithmetic(Look look) {
        this.look = look;
        this.rows = look.rows();
        this.sum = new BooksSum(look.start().activityId());
        rows.allocations().forEach(allocation -> allocations.put(allocation.id(), allocation));
    }

    static BooksSum add(Look look) {
        return new Arithmetic(look).add();
    }

    private BooksSum add() {
        rows.items().forEach(item -> sum.product(item.productId(), Terms.of(item.total(), item.unallocated())));
        rows.behind().ifPresent(sum::finding);
        Map<Integer, LedgerRows.Pool> readable = readablePools();
        new EntryFindings(look, allocations, sum).unitsByAllocation().forEach(inFlight::put);
        for (Allocation allocation : allocations.values()) {
            LedgerRows.Pool pool = readable.get(allocation.shard());
            if (allocation.ofDatabase()) {
                sum.change(
                        allocation.productId(),
                        terms -> terms.withDatabase(allocation.persisted() - allocation.cancelled()));
                requireAllSpent(allocation);
            } else if (allocation.closed() || isOver(allocation)) {
                sum.change(allocation.productId(), terms -> terms.withRows(allocation));
                requireAllSpent(allocation);
            } else {
                sum.change(
                        allocation.productId(),
                        terms -> terms.withRows(allocation).withInFlight(inFlight.getOrDefault(allocation.id(), 0L)));
                if (pool != null && pool.epoch() == allocation.epoch()) {
                    addPool(allocation, look.shards().get(allocation.shard()));
                }
            }
        }
        LineFindings.add(look, allocations, sum);
        WaitingFindings.add(rows, sum);
        rows.items().forEach(this::requireAllocated);
        return sum;
    }

    /** The pools that spend what PostgreSQL allocated; what is wrong with the others is said. */
    private Map<Integer, LedgerRows.Pool> readablePools() {
        Map<Integer, LedgerRows.Pool> readable = new HashMap<>();
        if (!look.start().inRedis() || rows.closed()) {
            return readable;
        }
        for (LedgerRows.Pool pool : rows.pools()) {
            ShardLook seen = look.shards().get(pool.shard());
            Optional<String> fault = seen == null ? Optional.empty() : fault(pool, seen);
            if (fault.isPresent()) {
                sum.finding("shard " + pool.shard() + ": " + fault.get());
            } else if (seen != null && seen.pool().isPresent()) {
                readable.put(pool.shard(), pool);
                requireVersion(seen);
            }
        }
        return readable;
    }

    private void requireVersion(ShardLook seen) {
        long version = seen.pool().orElseThrow().version();
        if (version < look.start().applied()) {
            sum.finding("shard " + seen.shard().shard() + ": its pool follows version " + version
                    + " of the activity (expected: " + look.start().applied() + " or later)");
        }
    }

    private Optional<String> fault(LedgerRows.Pool pool, ShardLook seen) {
        if (pool.fencedBecause().isPresent()) {
            return Optional.of("its pool is being replaced, and what it has left is not known: "
                    + pool.fencedBecause().get());
        }
        if (seen.pool().isEmpty()) {
            return rows.recalled()
                    ? Optional.empty()
                    : Optional.of("there is no pool in Redis, and what it had left cannot be seen");
        }
        ShardLook.Header header = seen.pool().get();
        if (header.epoch() != pool.epoch()) {
            return Optional.of("its pool in Redis is of epoch " + header.epoch() + " (expected: " + pool.epoch() + ")");
        }
        return Optional.empty();
    }

    /** Its pool was emptied, and may be gone. */
    private boolean isOver(Allocation allocation) {
        ShardLook seen = look.shards().get(allocation.shard());
        return rows.closed() || (rows.recalled() && (seen == null || seen.pool().isEmpty()));
    }

    private void requireAllSpent(Allocation allocation) {
        long held = allocation.granted() - allocation.returned();
        long spent = allocation.persisted() + allocation.quarantined();
        if (held != spent) {
            sum.finding(
                    allocation.productId(),
                    allocation + ": it is closed with " + held + " units (granted " + allocation.granted()
                            + ", returned " + allocation.returned() + "), and " + spent
                            + " are accounted for (persisted "
                            + allocation.persisted() + ", quarantined " + allocation.quarantined() + ")");
        }
    }

    private void addPool(Allocation allocation, ShardLook seen) {
        Optional<ProductPool> pool = seen.products().stream()
                .filter(product -> product.productId() == allocation.productId())
                .findFirst()
                .flatMap(ShardLook.ProductLook::pool)
                .filter(held -> held.allocationId() == allocation.id());
        if (pool.isEmpty()) {
            sum.finding(
                    allocation.productId(),
                    allocation + ": its pool does not have the product with this allocation in readable numbers");
            return;
        }
        long later = rows.recordedLater().getOrDefault(allocation.id(), 0L);
        long left = pool.get().remaining();
        long spent = pool.get().cum();
        long broughtIn = seen.granted().of(allocation.id());
        long takenOut = seen.taken().of(allocation.id());
        if (seen.granted().known() && seen.taken().known()) {
            requireWhole(allocation, left, spent, broughtIn, takenOut);
            sum.change(
                    allocation.productId(),
                    terms -> terms.withPool(
                            left - later, allocation.granted() - broughtIn, takenOut - allocation.returned()));
        } else {
            // Too many moves to add up: the pool itself says what it ever had.
            long net = allocation.granted() - allocation.returned() - left - spent;
            sum.change(
                    allocation.productId(), terms -> terms.withPool(left - later, Math.max(net, 0), Math.min(net, 0)));
        }
        requireSpent(allocation, spent, inFlight.getOrDefault(allocation.id(), 0L), later);
    }

    private void requireWhole(Allocation allocation, long left, long spent, long broughtIn, long takenOut) {
        if (left + spent != broughtIn - takenOut) {
            sum.finding(
                    allocation.productId(),
                    allocation + ": its pool has " + left + " units left and spent " + spent + ", " + (left + spent)
                            + " in all (expected: " + (broughtIn - takenOut) + ", since grants brought " + broughtIn
                            + " and returns took " + takenOut + ")");
        }
        if (broughtIn > allocation.granted()) {
            sum.finding(
                    allocation.productId(),
                    allocation + ": its pool was given " + broughtIn + " units (expected: at most the "
                            + allocation.granted() + " that were granted)");
        }
    }

    private void requireSpent(Allocation allocation, long spent, long flying, long later) {
        long accounted = flying + allocation.persisted() - later + allocation.quarantined();
        if (spent != accounted) {
            sum.unaccounted(allocation, spent - accounted);
            sum.finding(
                    allocation.productId(),
                    allocation + ": its pool spent " + spent + " units, and " + accounted + " are accounted for ("
                            + flying + " in its stream, " + (allocation.persisted() - later) + " recorded, "
                            + allocation.quarantined() + " quarantined)");
        }
    }

    /** I1: PostgreSQL by itself. */
    private void requireAllocated(LedgerRows.Item item) {
        long allocated = allocations.values().stream()
                .filter(allocation -> allocation.productId() == item.productId())
                .mapToLong(allocation -> allocation.granted() - allocation.returned() - allocation.cancelled())
                .sum();
        if (item.total() != item.unallocated() + allocated) {
            sum.finding(
                    item.productId(),
                    "it has " + item.total() + " units in all, but " + item.unallocated() + " unallocated and "
                            + allocated + " allocated (granted − returned − cancelled)");
        }
    }

    /** The allocation whose entries stand in a stream with this epoch. */
    static Map<StreamEpoch, Allocation> byStream(long activityId, Map<Long, Allocation> allocations) {
        Map<StreamEpoch, Allocation> byStream = new HashMap<>();
        for (Allocation allocation : allocations.values()) {
            if (!allocation.ofDatabase()) {
                byStream.put(
                        new StreamEpoch(
                                StockKeys.stream(new ShardId(activityId, allocation.shard()), allocation.productId()),
                                allocation.epoch()),
                        allocation);
            }
        }
        return byStream;
    }

    /** What one allocation's lines have in common. */
    record StreamEpoch(String stream, long epoch) {}
}
