package io.seckill.worker.upkeep;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.seckill.books.epochs.ExpectedPool;
import io.seckill.observing.LabelledGauge;
import io.seckill.observing.LabelledGauge.Value;
import java.util.Comparator;
import java.util.List;

/** What looking after orders and sales counts. Thread-safe. */
public final class UpkeepMetrics {
    private static final Comparator<ExpectedPool> LATEST_FIRST = Comparator.<ExpectedPool>comparingLong(
                    pool -> pool.shard().activityId())
            .reversed()
            .thenComparingInt(pool -> pool.shard().shard());

    private final Counter expired;
    private final DistributionSummary grants;
    private final LabelledGauge epochs;

    public UpkeepMetrics(MeterRegistry registry) {
        this.expired = Counter.builder("seckill.orders.expired")
                .description("Orders that were not paid in time")
                .register(registry);
        this.grants = DistributionSummary.builder("seckill.granted")
                .description("Grants that entered their pools by this process, and the units of each")
                .baseUnit("units")
                .register(registry);
        this.epochs = new LabelledGauge(
                registry,
                "seckill.epoch",
                "Generation of a pool that may spend; missing while it is replaced",
                "",
                Double::max);
    }

    void expired(int orders) {
        expired.increment(orders);
    }

    void granted(long units) {
        grants.record((double) units);
    }

    /** Notes the pools that may spend. */
    void pools(List<ExpectedPool> pools) {
        epochs.set(pools.stream()
                .sorted(LATEST_FIRST)
                .map(pool -> Value.ofShard(
                        Long.toString(pool.shard().activityId()),
                        Integer.toString(pool.shard().shard()),
                        (double) pool.epoch()))
                .toList());
    }
}
