package io.seckill.server.selling;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.seckill.server.failure.Reason;
import io.seckill.stock.Decision;
import io.seckill.stock.ReserveOrder;
import io.seckill.stock.ReserveOutcome;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.IntSupplier;

/**
 * What selling counts: how requests ended, and what batches were like. All meters are made beforehand, so that counting an
 * order makes and looks up nothing. Thread-safe.
 */
public final class SellingMetrics {
    private static final double[] BATCH_SIZES = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_000};
    private static final Duration[] TIMES = {
        Duration.ofNanos(250_000),
        Duration.ofNanos(500_000),
        Duration.ofMillis(1),
        Duration.ofMillis(2),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(20),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5)
    };

    /** Activities whose requests are counted apart; of more, those that nobody has asked for the longest are forgotten. */
    private static final int MAX_TALLIES = 1_000;

    private final MeterRegistry registry;
    private final Cache<Long, SaleTally> tallies =
            Caffeine.newBuilder().maximumSize(MAX_TALLIES).build();
    private final Map<DecisionPath, Map<ReserveOutcome, Counter>> decisions = new EnumMap<>(DecisionPath.class);
    private final Map<DecisionPath, Timer> waits = new EnumMap<>(DecisionPath.class);
    private final Map<Reason, Counter> undecided = new EnumMap<>(Reason.class);
    private final DistributionSummary redisBatches;
    private final DistributionSummary databaseBatches;
    private final Timer scripts;
    private final Timer databaseSales;
    private final DistributionSummary grants;

    public SellingMetrics(MeterRegistry registry) {
        this.registry = registry;
        for (DecisionPath path : DecisionPath.values()) {
            Map<ReserveOutcome, Counter> ofPath = new EnumMap<>(ReserveOutcome.class);
            for (ReserveOutcome outcome : ReserveOutcome.values()) {
                ofPath.put(
                        outcome,
                        Counter.builder("seckill.decisions")
                                .description("Requests that were decided, by outcome and by who decided")
                                .tags("outcome", outcome.name(), "path", path.label())
                                .register(registry));
            }
            decisions.put(path, ofPath);
            waits.put(
                    path, timer("seckill.decision", "From taking a request on to its decision", "path", path.label()));
        }
        for (Reason reason : Reason.values()) {
            undecided.put(
                    reason,
                    Counter.builder("seckill.undecided")
                            .description("Requests that ended without a decision, by reason")
                            .tag("reason", reason.name())
                            .register(registry));
        }
        redisBatches = batches(DecisionPath.REDIS);
        databaseBatches = batches(DecisionPath.DATABASE);
        scripts = timer("seckill.script", "From sending a batch to Redis to its answer");
        databaseSales = timer("seckill.database.sale", "What selling a batch from PostgreSQL took");
        grants = DistributionSummary.builder("seckill.granted")
                .description("Grants that entered their pools by this process, and the units of each")
                .baseUnit("units")
                .register(registry);
    }

    private DistributionSummary batches(DecisionPath path) {
        return DistributionSummary.builder("seckill.batch.orders")
                .description("Orders that were decided together")
                .serviceLevelObjectives(BATCH_SIZES)
                .tag("path", path.label())
                .register(registry);
    }

    private Timer timer(String name, String description, String... tags) {
        return Timer.builder(name)
                .description(description)
                .tags(tags)
                .serviceLevelObjectives(TIMES)
                .register(registry);
    }

    /** Notes a decision, and how long its request waited for it. */
    void decided(DecisionPath path, ReserveOutcome outcome, long nanos) {
        decisions.get(path).get(outcome).increment();
        waits.get(path).record(nanos, TimeUnit.NANOSECONDS);
    }

    void undecided(Reason reason) {
        undecided.get(reason).increment();
    }

    /** Notes a request that came to nothing before it was known whether there is such an activity. */
    void undecided(long activityId, Reason reason) {
        SaleTally known = tallies.getIfPresent(activityId);
        if (known == null) {
            undecided(reason);
        } else {
            known.undecided(reason);
        }
    }

    /** Where requests for an activity that exists are counted. */
    SaleTally tallyOf(long activityId) {
        return tallies.get(activityId, id -> new SaleTally(this));
    }

    /** How requests for one activity ended on this server since its start. */
    public SaleTally.Counts countsOf(long activityId) {
        SaleTally known = tallies.getIfPresent(activityId);
        return known == null ? SaleTally.Counts.NONE : known.counts();
    }

    /** Notes a batch that is sent to Redis. */
    void sent(int orders) {
        redisBatches.record(orders);
    }

    /** What the answers of Redis took. */
    Timer scripts() {
        return scripts;
    }

    /** The sale of a batch from PostgreSQL, measured. */
    public BiFunction<Long, List<ReserveOrder>, List<Optional<Decision>>> measured(
            BiFunction<Long, List<ReserveOrder>, List<Optional<Decision>>> sale) {
        return (activity, orders) -> {
            databaseBatches.record(orders.size());
            return databaseSales.record(() -> sale.apply(activity, orders));
        };
    }

    /** Notes a grant that entered its pool. */
    public void granted(long units) {
        grants.record((double) units);
    }

    /** Shows how many requests wait for their batch; asked whenever somebody looks. */
    public void watchQueue(DecisionPath path, IntSupplier waiting) {
        Gauge.builder("seckill.queue.orders", waiting::getAsInt)
                .description("Requests that wait for their batch")
                .tag("path", path.label())
                .register(registry);
    }
}
