package io.seckill.cli.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.v1.Order;
import io.seckill.v1.SeckillResponse;
import io.seckill.v1.SeckillResponse.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/** Acts for a few users at random, remembers what it was told, and fails when that contradicts what it was told before. */
final class RandomBuyer implements AutoCloseable {
    private static final long USERS = 20;
    private static final int RECENT = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final SeckillClient client;
    private final Random random;
    private final int number;
    private final List<Known> orders = new ArrayList<>();
    private final Map<String, SeckillResponse> answers = new HashMap<>();
    private int requests;

    RandomBuyer(SeckillClient client, Random random, int number) {
        this.client = client;
        this.random = random;
        this.number = number;
    }

    /** An order as it was last seen. */
    private static final class Known {
        private final long user;
        private final String orderId;
        private final String requestId;
        private final Map<Long, Integer> basket;
        private Order.Status status = Order.Status.ACCEPTED;
        private String paymentId = "";

        Known(long user, String orderId, String requestId, Map<Long, Integer> basket) {
            this.user = user;
            this.orderId = orderId;
            this.requestId = requestId;
            this.basket = basket;
        }

        void sees(Order order) {
            assertThat(order.getOrderId()).isEqualTo(orderId);
            Order.Status next = order.getStatus();
            boolean legal = switch (status) {
                case ACCEPTED -> next != Order.Status.STATUS_UNSPECIFIED;
                case PENDING_PAYMENT -> next != Order.Status.ACCEPTED && next != Order.Status.REJECTED;
                default -> next == status;
            };
            assertThat(legal).as("order %s: %s → %s", orderId, status, next).isTrue();
            status = next;
        }
    }

    void act(int actions) {
        for (int i = 0; i < actions; i++) {
            switch (random.nextInt(10)) {
                case 0, 1, 2, 3 -> buy();
                case 4 -> repeat();
                case 5, 6 -> pay();
                case 7 -> cancel();
                default -> look();
            }
        }
    }

    private void buy() {
        long user = 1L + number * USERS + random.nextLong(USERS);
        Map<Long, Integer> basket = new TreeMap<>();
        FaultSales.PRODUCTS.stream()
                .filter(product -> random.nextInt(2) == 0)
                .forEach(product -> basket.put(product, 1 + random.nextInt(3)));
        if (basket.isEmpty()) {
            basket.put(FaultSales.PRODUCTS.get(0), 1);
        }
        String requestId = number + "-" + requests++;
        SeckillResponse answer = client.buy(user, requestId, basket);
        assertThat(answer.getOutcome())
                .isIn(Outcome.ACCEPTED, Outcome.SOLD_OUT, Outcome.TRY_AGAIN, Outcome.LIMIT_REACHED);
        if (answer.getOutcome() == Outcome.ACCEPTED) {
            orders.add(new Known(user, answer.getOrderId(), requestId, basket));
            answers.put(requestId, answer);
        }
    }

    private void repeat() {
        any().ifPresent(order -> {
            SeckillResponse again = client.buy(order.user, order.requestId, order.basket);
            assertThat(again.getReplayed()).isTrue();
            assertThat(again.getOrderId()).isEqualTo(order.orderId);
            assertThat(again.getEntriesList())
                    .isEqualTo(answers.get(order.requestId).getEntriesList());
        });
    }

    private void pay() {
        recent().ifPresent(order -> {
            awaitRecorded(order);
            String paymentId = order.paymentId.isEmpty() || random.nextBoolean()
                    ? "p" + random.nextLong(Long.MAX_VALUE)
                    : order.paymentId;
            Optional<Order> paid = client.pay(order.user, order.orderId, paymentId);
            paid.ifPresent(seen -> {
                assertThat(seen.getStatus()).isEqualTo(Order.Status.PAID);
                assertThat(seen.getPaymentId()).isEqualTo(paymentId);
                assertThat(order.paymentId).as("payment before").isIn("", paymentId);
                order.sees(seen);
                order.paymentId = paymentId;
            });
        });
    }

    private void cancel() {
        recent().ifPresent(order -> {
            awaitRecorded(order);
            client.cancel(order.user, order.orderId).ifPresent(seen -> {
                assertThat(seen.getStatus()).isEqualTo(Order.Status.CANCELLED);
                order.sees(seen);
            });
        });
    }

    /** Most of the time waits a while until the order can be paid or cancelled; else it is tried at once. */
    private void awaitRecorded(Known order) {
        if (random.nextInt(4) == 0) {
            return;
        }
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (order.status == Order.Status.ACCEPTED && System.nanoTime() < until) {
            look(order);
        }
    }

    private void look() {
        any().ifPresent(this::look);
    }

    private void look(Known order) {
        order.sees(client.get(order.user, order.orderId));
    }

    /** One of the last few, which may still wait for its payment. */
    private Optional<Known> recent() {
        int from = Math.max(0, orders.size() - RECENT);
        return orders.isEmpty()
                ? Optional.empty()
                : Optional.of(orders.get(from + random.nextInt(orders.size() - from)));
    }

    private Optional<Known> any() {
        return orders.isEmpty() ? Optional.empty() : Optional.of(orders.get(random.nextInt(orders.size())));
    }

    /** Looks at every order once more. */
    void lookAgain() {
        orders.forEach(this::look);
    }

    Map<String, String> lastStatuses() {
        Map<String, String> statuses = new HashMap<>();
        orders.forEach(order -> statuses.put(order.orderId, order.status.name()));
        return statuses;
    }

    @Override
    public void close() {
        client.close();
    }
}
