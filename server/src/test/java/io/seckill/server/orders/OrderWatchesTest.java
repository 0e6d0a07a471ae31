package io.seckill.server.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.seckill.server.failure.Reason;
import io.seckill.server.failure.RequestFailure;
import io.seckill.server.orders.Order.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Watching without its thread: nothing here asks PostgreSQL. */
class OrderWatchesTest {
    private final OrderWatches watches = new OrderWatches(new OrderStore(DSL.using(SQLDialect.POSTGRES)));
    private final OrderKey key = new OrderKey(7, 42, UUID.randomUUID());

    @AfterEach
    void close() {
        watches.close();
    }

    @Test
    void changeOnThisServerReachesEveryWatcherOfTheOrderAtOnceAndNobodyElse() {
        Told one = watch(key, Status.PENDING_PAYMENT);
        Told two = watch(key, Status.PENDING_PAYMENT);
        Told ofAnotherUser = watch(new OrderKey(7, 43, key.orderId()), Status.PENDING_PAYMENT);

        watches.changed(order(key, Status.PAID));

        for (Told told : List.of(one, two)) {
            assertThat(told.states()).containsExactly(Status.PENDING_PAYMENT, Status.PAID);
            assertThat(told.isComplete()).isTrue();
        }
        assertThat(ofAnotherUser.states()).containsExactly(Status.PENDING_PAYMENT);
    }

    @Test
    void changeBeforeTheFirstReadingIsToldAndTheReadingIsNotToldAfterIt() {
        Told told = new Told();
        OrderWatch watch = watches.open(key, told);
        watches.changed(order(key, Status.CANCELLED));

        watch.begin(order(key, Status.PENDING_PAYMENT));

        assertThat(told.states()).containsExactly(Status.CANCELLED);
        assertThat(told.isComplete()).isTrue();
    }

    @Test
    void firstReadingOfOneWatcherIsNewsForTheOthers() {
        Told early = watch(key, Status.ACCEPTED);

        watch(key, Status.PENDING_PAYMENT);

        assertThat(early.states()).containsExactly(Status.ACCEPTED, Status.PENDING_PAYMENT);
    }

    @Test
    void statesOnlyMoveForwardWhateverThreadsBringThem() throws Exception {
        long seed = Long.getLong("seckill.seed", System.nanoTime());
        System.out.println("OrderWatchesTest: -Dseckill.seed=" + seed);
        Random random = new Random(seed);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (int round = 0; round < 500; round++) {
                OrderKey own = new OrderKey(7, 42, new UUID(round, round));
                Status end = List.of(Status.PAID, Status.CANCELLED, Status.EXPIRED, Status.REJECTED)
                        .get(random.nextInt(4));
                List<Told> all = new ArrayList<>();
                List<Runnable> news = new ArrayList<>();
                for (Status status : List.of(Status.ACCEPTED, Status.PENDING_PAYMENT, end)) {
                    for (int i = 0; i < 3; i++) {
                        news.add(() -> watches.changed(order(own, status)));
                    }
                }
                for (int i = 0; i < 3; i++) {
                    Told told = new Told();
                    OrderWatch watch = watches.open(own, told);
                    all.add(told);
                    Status first = random.nextBoolean() ? Status.ACCEPTED : Status.PENDING_PAYMENT;
                    news.add(() -> watch.begin(order(own, first)));
                }
                Collections.shuffle(news, random);
                List<Future<?>> done = new ArrayList<>();
                news.forEach(piece -> done.add(threads.submit(piece)));
                for (Future<?> piece : done) {
                    piece.get(10, TimeUnit.SECONDS);
                }
                for (Told told : all) {
                    assertThat(told.states())
                            .as("seed %d", seed)
                            .isSorted()
                            .doesNotHaveDuplicates()
                            .endsWith(end);
                    assertThat(told.isComplete()).as("seed %d", seed).isTrue();
                }
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void watchersAreBoundedAndOneThatLeavesMakesRoom() {
        List<OrderWatch> open = new ArrayList<>();
        for (int i = 0; i < OrderWatches.MAX_WATCHERS; i++) {
            open.add(watches.open(key, new Told()));
        }

        RequestFailure failure = catchThrowableOfType(RequestFailure.class, () -> watches.open(key, new Told()));
        open.get(0).close();
        open.get(0).close();

        assertThat(failure.reason()).isEqualTo(Reason.OVERLOADED);
        assertThat(failure.retryAfter()).isPositive();
        watches.open(key, new Told());
        assertThat(catchThrowableOfType(RequestFailure.class, () -> watches.open(key, new Told())))
                .isNotNull();
    }

    @Test
    void watcherThatThrowsIsDroppedAndTheOthersAreTold() {
        AtomicReference<RuntimeException> failure = new AtomicReference<>();
        OrderWatch broken = watches.open(key, new OrderWatcher() {
            @Override
            public void send(Order order) {
                throw new IllegalStateException("broken on purpose");
            }

            @Override
            public void complete() {}

            @Override
            public void fail(RuntimeException why) {
                failure.set(why);
                throw new IllegalStateException("broken on purpose here too");
            }
        });
        Told told = watch(key, Status.ACCEPTED);
        broken.begin(order(key, Status.PENDING_PAYMENT));

        watches.changed(order(key, Status.PAID));

        assertThat(told.states()).containsExactly(Status.ACCEPTED, Status.PENDING_PAYMENT, Status.PAID);
        assertThat(failure.get()).hasMessage("broken on purpose");
    }

    @Test
    void drainEndsThoseThatAreOpenAndThoseThatCome() {
        Told open = watch(key, Status.ACCEPTED);

        watches.drain();
        Told late = new Told();
        watches.open(key, late).begin(order(key, Status.PAID));

        for (Told told : List.of(open, late)) {
            assertThat(told.failure()).isNotNull();
            assertThat(told.failure().reason()).isEqualTo(Reason.SHUTTING_DOWN);
        }
        assertThat(late.states()).isEmpty();
        watches.close();
        watches.close();
    }

    private Told watch(OrderKey order, Status first) {
        Told told = new Told();
        watches.open(order, told).begin(order(order, first));
        return told;
    }

    private static Order order(OrderKey key, Status status) {
        return new Order(
                key, "", status, List.of(), "CNY", Optional.empty(), Instant.EPOCH, Instant.EPOCH, Optional.empty());
    }
}
