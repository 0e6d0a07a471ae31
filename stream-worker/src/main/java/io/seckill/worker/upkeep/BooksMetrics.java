package io.seckill.worker.upkeep;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.seckill.books.reconcile.ActivityBooks;
import io.seckill.books.reconcile.ProductBooks;
import io.seckill.books.reconcile.Terms;
import io.seckill.observing.LabelledGauge;
import io.seckill.observing.LabelledGauge.Value;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;

/** What adding up the books found last. Written by one thread, read by any. */
public final class BooksMetrics {
    private final LabelledGauge differences;
    private final LabelledGauge quarantined;

    /** By activity, the latest first. */
    private final Map<Long, ActivityBooks> books = new TreeMap<>(Comparator.reverseOrder());

    private volatile int findings;
    private volatile long lookedNanos = System.nanoTime();

    /** @param every how often the books are added up; zero for never, and then nothing is shown of it */
    public BooksMetrics(MeterRegistry registry, Duration every) {
        this.differences = new LabelledGauge(
                registry,
                "seckill.reconcile.difference",
                "Units that are nowhere, below 0 if there are too many",
                "units",
                (one, other) -> Math.abs(one) + Math.abs(other));
        this.quarantined = new LabelledGauge(
                registry, "seckill.quarantined", "Units whose fate cannot be known", "units", Double::sum);
        if (!every.isZero()) {
            TimeGauge.builder("seckill.reconcile.age", () -> System.nanoTime() - lookedNanos, TimeUnit.NANOSECONDS)
                    .description("How long ago the books of all open sales were last added up, or this began")
                    .register(registry);
            TimeGauge.builder("seckill.reconcile.interval", every::toMillis, TimeUnit.MILLISECONDS)
                    .description("How often the books are to be added up")
                    .register(registry);
            Gauge.builder("seckill.reconcile.findings", () -> findings)
                    .description("What is wrong with the books of open sales, besides units")
                    .register(registry);
        }
    }

    /** Notes the books of one sale; what is wrong, or no longer is, is shown at once. */
    void found(ActivityBooks found) {
        ActivityBooks before = books.put(found.activityId(), found);
        if (!found.addUp() || (before != null && !before.addUp())) {
            show();
        }
    }

    /** Notes that all open sales were looked at, and that these are they. */
    void looked(Set<Long> open) {
        books.keySet().retainAll(open);
        show();
        lookedNanos = System.nanoTime();
    }

    private void show() {
        differences.set(values(Terms::difference));
        quarantined.set(values(Terms::quarantined));
        int sum = 0;
        for (ActivityBooks each : books.values()) {
            sum += each.findings().size();
            sum += each.products().stream()
                    .mapToInt(product -> product.findings().size())
                    .sum();
        }
        findings = sum;
    }

    private List<Value> values(ToLongFunction<Terms> term) {
        List<Value> values = new ArrayList<>();
        for (ActivityBooks each : books.values()) {
            for (ProductBooks product : each.products()) {
                values.add(
                        Value.ofProduct(Long.toString(each.activityId()), Long.toString(product.productId()), (double)
                                term.applyAsLong(product.terms())));
            }
        }
        return values;
    }
}
