package io.seckill.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.seckill.books.reconcile.ActivityBooks;
import io.seckill.books.reconcile.OpenBooks;
import io.seckill.books.reconcile.Reconciler;
import io.seckill.stock.StockKeys;
import io.seckill.worker.upkeep.BooksMetrics;
import io.seckill.worker.upkeep.BooksWatch;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.redisson.client.codec.StringCodec;

/** Workers look at the books of open sales by themselves, one of them at a time. */
class BooksWatchIT {
    private static final Duration EVERY = Duration.ofMillis(100);

    private final List<ActivityBooks> told = new CopyOnWriteArrayList<>();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final BooksMetrics metrics = new BooksMetrics(registry, EVERY);
    private Bed bed;
    private OpenBooks books;

    @BeforeEach
    void open() {
        bed = Bed.shared();
        books = new OpenBooks(bed.database.sql(), new Reconciler(bed.database.sql(), bed.stock));
    }

    @AfterEach
    void close() {
        bed.close();
    }

    @Test
    void booksThatDifferAreToldOnceAndSoIsTheirEnd() {
        Bed.Sale sale = bed.sale(7, 10, 1001);
        bed.sale(8, 10, 1001);
        sale.buy(1, 1001);
        try (BooksWatch watch = new BooksWatch("books-test", books, EVERY, metrics, told::add)) {
            watch.start();
            add(sale, 2);
            await().until(() -> told.size() == 1);
            assertThat(told.get(0).activityId()).isEqualTo(7);
            assertThat(told.get(0).products().get(0).terms().difference()).isEqualTo(-2);
            assertThat(difference(7)).isEqualTo(-2);
            assertThat(registry.get("seckill.reconcile.findings").gauge().value())
                    .isPositive();
            await().ignoreExceptions().until(() -> difference(8) == 0);

            add(sale, 1);
            await().until(() -> told.size() == 2);
            add(sale, -3);
            await().until(() -> told.size() == 3);

            assertThat(told.get(2).addUp()).isTrue();
            assertThat(difference(7)).isZero();
            assertThat(registry.get("seckill.reconcile.findings").gauge().value())
                    .isZero();
            assertThat(registry.get("seckill.reconcile.age").timeGauge().value(TimeUnit.SECONDS))
                    .isBetween(0.0, 30.0);
        }
    }

    @Test
    void saleThatAnotherWorkerLooksAtIsLeftToIt() throws Exception {
        bed.sale(7, 10, 1001);
        CountDownLatch taken = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            Future<?> looking = other.submit(() -> bed.database.sql().transaction(configuration -> {
                DSL.using(configuration)
                        .fetch("SELECT pg_advisory_xact_lock(hashtextextended('seckill books ' || 7, 0))");
                taken.countDown();
                assertThat(mayEnd.await(30, TimeUnit.SECONDS)).isTrue();
            }));
            assertThat(taken.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(books.addUp(7)).isEmpty();
            mayEnd.countDown();
            looking.get(30, TimeUnit.SECONDS);
            assertThat(books.addUp(7)).get().matches(ActivityBooks::addUp);
            assertThat(books.addUp(7)).as("the lock was given back").isPresent();
        } finally {
            other.shutdownNow();
        }
    }

    @Test
    void onlySalesThatMayHaveUnitsInRedisAreLookedAt() {
        bed.sale(7, 10, 1001);
        bed.sale(8, 10, 1001);
        bed.sale(9, 10, 1001);
        bed.database.sql().execute("UPDATE activities SET recalled_at = now() WHERE id = 8");
        bed.database.sql().execute("UPDATE activities SET preheated_at = NULL WHERE id = 9");

        assertThat(books.after(0, 10)).containsExactly(7L);
        assertThat(books.after(7, 10)).isEmpty();
    }

    private double difference(long activity) {
        return registry.get("seckill.reconcile.difference")
                .tags("activity", Long.toString(activity), "product", "1001")
                .gauge()
                .value();
    }

    private void add(Bed.Sale sale, int units) {
        bed.raw
                .<String, String>getMap(StockKeys.pool(sale.shard), StringCodec.INSTANCE)
                .addAndGet("remaining:1001", units);
    }
}
