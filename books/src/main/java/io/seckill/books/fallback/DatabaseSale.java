package io.seckill.books.fallback;

import io.seckill.books.FreshPlans;
import io.seckill.books.recording.DatabaseTurn;
import io.seckill.books.recording.FailureKind;
import io.seckill.books.recording.LineStore;
import io.seckill.stock.Decision;
import io.seckill.stock.DecodedEntry;
import io.seckill.stock.ReserveOrder;
import io.seckill.stock.StockKeys;
import io.seckill.stock.StreamEntry;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jooq.DSLContext;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.jooq.impl.DefaultConnectionProvider;

/**
 * Sells units that no pool in Redis may sell: decides a batch of orders of one activity, and records those that it
 * accepts, in one transaction of a few statements, whatever its size. Blocking, thread-safe.
 *
 * <p>The batches of an activity, of all servers, go one after the other: each takes its {@link DatabaseTurn}. After that, locks
 * are taken in the order of all books: orders, lines, items, allocations.
 */
public final class DatabaseSale {
    /** Orders in one batch at most. */
    public static final int MAX_ORDERS = 1_000;

    /** What is decided is decided again if units went, or an order came in between, and so it cannot be written. */
    private static final int MAX_TRIES = 5;

    private static final String TAKE = """
            WITH locked AS (
                SELECT product_id FROM activity_items WHERE activity_id = ? AND product_id = ANY (?::bigint[])
                ORDER BY product_id FOR NO KEY UPDATE)
            UPDATE activity_items item
            SET unallocated = item.unallocated - taken.units
            FROM locked JOIN unnest(?::bigint[], ?::bigint[]) AS taken (product_id, units) USING (product_id)
            WHERE item.activity_id = ? AND item.product_id = locked.product_id AND item.unallocated >= taken.units
            """;

    private static final String BOOK = """
            WITH locked AS (SELECT id FROM allocations WHERE id = ANY (?::bigint[]) ORDER BY id FOR NO KEY UPDATE)
            UPDATE allocations allocation
            SET granted = allocation.granted + sold.units, persisted = allocation.persisted + sold.units
            FROM locked JOIN unnest(?::bigint[], ?::bigint[]) AS sold (id, units) ON sold.id = locked.id
            WHERE allocation.id = locked.id
            """;

    private final DSLContext sql;

    public DatabaseSale(DSLContext sql) {
        this.sql = FreshPlans.on(sql);
    }

    /**
     * Decides the orders, in their order, as {@code reserve.lua} does, with the units that are unallocated.
     *
     * @param orders 1 to {@link #MAX_ORDERS}; the ids must be new
     * @return a decision for each; empty for a repeat of an order that Redis accepted and of which some lines are not
     *     recorded yet, so that what became of it is not known here
     * @throws DatabaseSaleException if it was not decided, or if that is not known
     */
    public List<Optional<Decision>> sell(long activityId, List<ReserveOrder> orders) {
        if (orders.isEmpty() || orders.size() > MAX_ORDERS) {
            throw new IllegalArgumentException("orders: " + orders.size() + " (expected: 1.." + MAX_ORDERS + ")");
        }
        AtomicBoolean committing = new AtomicBoolean();
        try {
            return decide(activityId, orders, committing);
        } catch (DataAccessException e) {
            throw new DatabaseSaleException(
                    "a batch of activity " + activityId + " was not sold: " + FailureKind.firstLine(e),
                    e,
                    !committing.get());
        }
    }

    private List<Optional<Decision>> decide(long activityId, List<ReserveOrder> orders, AtomicBoolean committing) {
        OvertakenException overtaken = new OvertakenException("not tried");
        for (int tries = 0; tries < MAX_TRIES; tries++) {
            try {
                return sql.connectionResult(connection -> inTransaction(connection, activityId, orders, committing));
            } catch (UncontestedException e) {
                DatabasePool.contest(sql, activityId);
            } catch (OvertakenException e) {
                overtaken = e;
            }
        }
        throw new DatabaseSaleException(
                "a batch of activity " + activityId + " was overtaken " + MAX_TRIES + " times", overtaken, true);
    }

    /** The connection is taken beforehand: jOOQ's transaction asks a pool three times for one that is not to be had. */
    private List<Optional<Decision>> inTransaction(
            Connection connection, long activityId, List<ReserveOrder> orders, AtomicBoolean committing) {
        return DSL.using(sql.configuration().derive(new DefaultConnectionProvider(connection)))
                .transactionResult(configuration -> {
                    List<Optional<Decision>> decisions = decide(DSL.using(configuration), activityId, orders);
                    committing.set(true);
                    return decisions;
                });
    }

    private static List<Optional<Decision>> decide(DSLContext transaction, long activityId, List<ReserveOrder> orders) {
        DatabaseTurn.await(transaction, activityId);
        Set<Long> users = new HashSet<>();
        Set<Long> products = new HashSet<>();
        for (ReserveOrder order : orders) {
            users.add(order.userId());
            order.lines().forEach(line -> products.add(line.productId()));
        }
        SaleTerms terms = SaleTerms.read(transaction, activityId, products);
        if (!terms.reserve()) {
            throw new IllegalArgumentException("activity: " + activityId + " (expected: one with a fallback reserve)");
        }
        BatchDecision batch = new BatchDecision(terms, BuyersOrders.read(transaction, activityId, users));
        List<Optional<Decision>> decisions = orders.stream().map(batch::decide).toList();
        if (!batch.accepted().isEmpty()) {
            write(transaction, activityId, terms, batch);
        }
        return decisions;
    }

    private static void write(DSLContext transaction, long activityId, SaleTerms terms, BatchDecision batch) {
        Long[] products = batch.spent().keySet().toArray(Long[]::new);
        Long[] units = batch.spent().values().toArray(Long[]::new);
        List<DecodedEntry.OrderLine> lines = new ArrayList<>();
        Long[] allocations = new Long[products.length];
        for (int i = 0; i < products.length; i++) {
            SaleTerms.Product product = terms.products().get(products[i]);
            if (!product.contested()) {
                throw new UncontestedException();
            }
            allocations[i] = product.allocationId();
        }
        batch.accepted().forEach(order -> lines.addAll(lines(activityId, terms, order)));
        if (!LineStore.insertNew(transaction, lines)) {
            throw new OvertakenException("an order with the same request id came in between");
        }
        if (transaction.execute(TAKE, activityId, products, products, units, activityId) < products.length) {
            throw new OvertakenException("units went in between");
        }
        if (transaction.execute(BOOK, allocations, allocations, units) < allocations.length) {
            throw new IllegalStateException(
                    "allocations of the database's pool of activity " + activityId + " are gone");
        }
    }

    private static List<DecodedEntry.OrderLine> lines(long activityId, SaleTerms terms, ReserveOrder order) {
        List<DecodedEntry.OrderLine> lines = new ArrayList<>();
        for (ReserveOrder.Line line : order.lines()) {
            lines.add(new DecodedEntry.OrderLine(
                    new StreamEntry(StockKeys.databaseStream(activityId, line.productId()), order.orderId(), Map.of()),
                    activityId,
                    line.productId(),
                    UUID.fromString(order.orderId()),
                    order.userId(),
                    order.requestId(),
                    line.quantity(),
                    lines.size() + 1,
                    order.lines().size(),
                    terms.products().get(line.productId()).allocationId(),
                    DatabasePool.EPOCH,
                    0,
                    terms.now()));
        }
        return lines;
    }

    /** Rolls back: what was decided cannot be written any more. */
    private static final class OvertakenException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        OvertakenException(String message) {
            super(message, null, false, false);
        }
    }

    /** Rolls back: those who record lines of the activity do not wait for their turn yet. */
    private static final class UncontestedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UncontestedException() {
            super("not contested yet", null, false, false);
        }
    }
}
