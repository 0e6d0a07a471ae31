package io.seckill.server.orders;

import io.seckill.books.orders.OrderTransitions;
import io.seckill.books.orders.OrderTransitions.Outcome;
import io.seckill.server.failure.Reason;
import io.seckill.server.failure.RequestFailure;
import io.seckill.server.failure.Violations;
import io.seckill.server.orders.Order.Status;
import io.seckill.server.selling.Basket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** What buyers ask of their orders. Blocking, thread-safe; fails with {@link RequestFailure} or as PostgreSQL does. */
public final class Orders {
    private static final int MAX_PAYMENT_ID_LENGTH = 64;
    private static final Duration RECORDED_SOON = Duration.ofMillis(200);

    /** How often an order may become PENDING_PAYMENT between an update that did not find it so and a look at it. */
    private static final int MAX_TRIES = 3;

    private final OrderStore store;
    private final AcceptedOrders accepted;
    private final OrderTransitions transitions;
    private final Consumer<Order> changed;

    /** @param changed is told each order that was paid or cancelled here */
    public Orders(OrderStore store, AcceptedOrders accepted, OrderTransitions transitions, Consumer<Order> changed) {
        this.store = store;
        this.accepted = accepted;
        this.transitions = transitions;
        this.changed = changed;
    }

    /** One order of one user, from the instant it was accepted. */
    public Order get(OrderKey key) {
        Optional<Order> recorded = store.find(key);
        if (recorded.filter(Orders::isWhole).isPresent()) {
            return recorded.get();
        }
        String id = key.orderId().toString();
        Optional<AcceptedOrder> held;
        try {
            held = accepted.find(
                    key.activityId(), key.userId(), order -> order.orderId().equals(id));
        } catch (RequestFailure e) {
            return recorded.orElseThrow(() -> e);
        }
        if (held.filter(order -> order.held().released()).isPresent()) {
            return store.find(key).orElseThrow(() -> notFound("order_id", id)); // came to nothing since the first look
        }
        return held.map(order -> order.asSeen(key, store.prices(key.activityId(), order.products())))
                .or(() -> recorded)
                .orElseThrow(() -> notFound("order_id", id));
    }

    private static boolean isWhole(Order order) {
        return order.status() != Status.ACCEPTED;
    }

    private static RequestFailure notFound(String field, String value) {
        return RequestFailure.of(
                Reason.ORDER_NOT_FOUND,
                field + ": " + value + " (expected: that of an order of this user in this activity)");
    }

    /** The order that a request of one user led to. */
    public Order lookup(long activityId, long userId, String requestId) {
        Violations violations = new Violations();
        violations.checkId("activity_id", activityId);
        violations.checkId("user_id", userId);
        violations.checkText("request_id", requestId, 1, Basket.MAX_REQUEST_ID_LENGTH);
        violations.throwIfAny();
        Optional<Order> recorded = store.findByRequest(activityId, userId, requestId);
        if (recorded.filter(Orders::isWhole).isPresent()) {
            return recorded.get();
        }
        return get(recorded.map(Order::key).orElseGet(() -> heldBy(activityId, userId, requestId)));
    }

    private OrderKey heldBy(long activityId, long userId, String requestId) {
        return accepted.find(activityId, userId, order -> order.requestId().equals(requestId))
                .map(order -> new OrderKey(
                        activityId, userId, UUID.fromString(order.held().orderId())))
                .orElseThrow(() -> notFound("request_id", requestId));
    }

    /**
     * Recorded orders of a user, newest first.
     *
     * @param activityId only those of this one; 0 for all
     * @param below only ids below this one, all if there is none
     */
    public List<Order> list(long userId, long activityId, Optional<UUID> below, int limit) {
        return store.page(userId, activityId, below.orElse(OrderStore.HIGHEST), limit);
    }

    /** PENDING_PAYMENT → PAID; the same payment again changes nothing. */
    public Order pay(long activityId, long userId, String orderId, String paymentId) {
        Violations violations = new Violations();
        OrderKey key = OrderKey.check(activityId, userId, orderId, violations);
        violations.checkText("payment_id", paymentId, 1, MAX_PAYMENT_ID_LENGTH);
        violations.throwIfAny();
        Optional<String> payment = Optional.of(paymentId);
        return move(
                key,
                Status.PAID,
                () -> payOnce(key, paymentId),
                order -> order.paymentId().equals(payment));
    }

    private Outcome payOnce(OrderKey key, String paymentId) {
        Outcome outcome = transitions.pay(key.activityId(), key.userId(), key.orderId(), paymentId);
        if (outcome == Outcome.PAYMENT_ID_TAKEN) {
            throw RequestFailure.of(
                    Reason.PAYMENT_ID_REUSED,
                    "payment_id: " + paymentId + " (expected: a new one; it paid another order)");
        }
        return outcome;
    }

    /** PENDING_PAYMENT → CANCELLED; doing it again changes nothing. */
    public Order cancel(OrderKey key) {
        return move(
                key,
                Status.CANCELLED,
                () -> transitions.cancel(key.activityId(), key.userId(), key.orderId()),
                order -> order.status() == Status.CANCELLED);
    }

    private Order move(OrderKey key, Status to, Supplier<Outcome> transition, Predicate<Order> alreadyDone) {
        for (int tries = 0; tries < MAX_TRIES; tries++) {
            Outcome outcome = transition.get();
            Order order = get(key);
            if (outcome == Outcome.MADE) {
                changed.accept(order);
                return order;
            }
            if (alreadyDone.test(order)) {
                return order;
            }
            if (order.status().isTerminal()) {
                throw notPending(order, to);
            }
            if (order.status() == Status.ACCEPTED) {
                throw notRecorded(key);
            }
        }
        throw notRecorded(key);
    }

    private static RequestFailure notPending(Order order, Status to) {
        String why = order.status() == to ? ": it was paid by another payment_id" : "";
        return RequestFailure.of(
                Reason.ORDER_NOT_PENDING,
                "order_id: " + order.key().orderId() + " (" + order.status() + " → " + to + " is not possible" + why
                        + ")");
    }

    private static RequestFailure notRecorded(OrderKey key) {
        return RequestFailure.retryable(
                Reason.ORDER_NOT_RECORDED,
                "order_id: " + key.orderId()
                        + " (expected: an order that is recorded; this one is accepted, and will be)",
                RECORDED_SOON);
    }
}
