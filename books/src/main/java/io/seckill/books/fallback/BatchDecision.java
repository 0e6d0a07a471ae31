package io.seckill.books.fallback;

import io.seckill.books.fallback.BuyersOrders.Held;
import io.seckill.stock.Decision;
import io.seckill.stock.ReserveOrder;
import io.seckill.stock.ReserveOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Decides a batch in memory as {@code reserve.lua} does: each order all or nothing, in the order given, with the same
 * checks one after the other. Limits on rates are not among them. For one batch.
 */
final class BatchDecision {
    /** Units that are not here may be in pools that cannot be asked, so nothing is called sold out. */
    static final Duration ASK_AGAIN_AFTER = Duration.ofSeconds(1);

    /** As in {@code reserve.lua}: with so many released orders a buyer has reached the limit too. */
    static final int MAX_RELEASED = 100;

    private final SaleTerms terms;
    private final Map<Long, List<Held>> held;
    private final Map<Long, Long> left = new HashMap<>();
    private final Map<Long, Long> spent = new TreeMap<>();
    private final List<ReserveOrder> accepted = new ArrayList<>();

    BatchDecision(SaleTerms terms, Map<Long, List<Held>> held) {
        this.terms = terms;
        this.held = held;
        terms.products().forEach((product, row) -> left.put(product, row.unallocated()));
    }

    /** Decides the next order; empty for a repeat of an order of which some lines are not recorded yet. */
    Optional<Decision> decide(ReserveOrder order) {
        List<Held> orders = held.computeIfAbsent(order.userId(), user -> new ArrayList<>());
        if (!order.requestId().isEmpty()) {
            for (Held before : orders) {
                if (before.requestId().equals(order.requestId())) {
                    return repeat(order, before);
                }
            }
        }
        Optional<Decision> refusal = closed().or(() -> limit(orders)).or(() -> stock(order));
        if (refusal.isEmpty()) {
            accept(order, orders);
        }
        return refusal.or(() -> Optional.of(accepted(ReserveOutcome.ACCEPTED, order.orderId(), streamIds(order))));
    }

    private static Optional<Decision> repeat(ReserveOrder order, Held before) {
        boolean same = before.isWhole()
                ? order.lines().equals(before.lines())
                : order.lines().containsAll(before.lines()) && order.lines().size() == before.wholly();
        if (!same) {
            return Optional.of(decision(ReserveOutcome.REQUEST_ID_REUSED, before.orderId(), 0, Duration.ZERO));
        }
        return before.isWhole()
                ? Optional.of(accepted(ReserveOutcome.REPLAYED, before.orderId(), before.streamIds()))
                : Optional.empty();
    }

    private Optional<Decision> closed() {
        if (terms.ended()) {
            return Optional.of(Decision.ended());
        }
        if (terms.paused()) {
            return Optional.of(decision(ReserveOutcome.PAUSED, "", 0, Duration.ZERO));
        }
        return terms.untilStart().isZero()
                ? Optional.empty()
                : Optional.of(decision(ReserveOutcome.NOT_STARTED, "", 0, terms.untilStart()));
    }

    private Optional<Decision> limit(List<Held> orders) {
        int live = 0;
        int released = 0;
        String latestLive = "";
        String latestReleased = "";
        for (Held order : orders) {
            if (order.live()) {
                live++;
                latestLive = order.orderId();
            } else if (!order.requestId().isEmpty()) {
                released++;
                latestReleased = order.orderId();
            }
        }
        if (live >= terms.maxOrdersPerUser()) {
            return Optional.of(decision(ReserveOutcome.LIMIT_REACHED, latestLive, 0, Duration.ZERO));
        }
        return released >= MAX_RELEASED
                ? Optional.of(decision(ReserveOutcome.LIMIT_REACHED, latestReleased, 0, Duration.ZERO))
                : Optional.empty();
    }

    private Optional<Decision> stock(ReserveOrder order) {
        for (ReserveOrder.Line line : order.lines()) {
            Long units = left.get(line.productId());
            if (units == null) {
                return Optional.of(decision(ReserveOutcome.UNKNOWN_PRODUCT, "", line.productId(), Duration.ZERO));
            }
            if (units < line.quantity()) {
                return Optional.of(decision(ReserveOutcome.TRY_AGAIN, "", line.productId(), ASK_AGAIN_AFTER));
            }
        }
        return Optional.empty();
    }

    private void accept(ReserveOrder order, List<Held> orders) {
        for (ReserveOrder.Line line : order.lines()) {
            left.merge(line.productId(), (long) -line.quantity(), Long::sum);
            spent.merge(line.productId(), (long) line.quantity(), Long::sum);
        }
        accepted.add(order);
        orders.add(new Held(
                order.orderId(), order.requestId(), true, order.lines().size(), order.lines(), streamIds(order)));
    }

    /** A line has the order's id for its own: each product has a stream for itself. */
    private static List<String> streamIds(ReserveOrder order) {
        return Collections.nCopies(order.lines().size(), order.orderId());
    }

    private static Decision accepted(ReserveOutcome outcome, String orderId, List<String> streamIds) {
        return new Decision(outcome, orderId, List.copyOf(streamIds), 0, Duration.ZERO);
    }

    private static Decision decision(ReserveOutcome outcome, String orderId, long productId, Duration retryAfter) {
        return new Decision(outcome, orderId, List.of(), productId, retryAfter);
    }

    /** The orders to record. */
    List<ReserveOrder> accepted() {
        return accepted;
    }

    /** Their units by product id, in ascending order. */
    Map<Long, Long> spent() {
        return spent;
    }
}
