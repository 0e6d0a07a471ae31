package io.seckill.server.limits;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;

/** What reached its limit, and how near the others are. Thread-safe. */
public final class LimitMetrics {
    private final MeterRegistry registry;
    private final Map<Limit, Counter> refused = new EnumMap<>(Limit.class);

    public LimitMetrics(MeterRegistry registry) {
        this.registry = registry;
        for (Limit limit : Limit.values()) {
            refused.put(
                    limit,
                    Counter.builder("seckill.limit.refused")
                            .description("Calls, messages and connections refused or ended because of a limit")
                            .tag("limit", limit.label())
                            .register(registry));
        }
    }

    /** Counts one that was refused, or ended. */
    public void refused(Limit limit) {
        refused.get(limit).increment();
    }

    /** Shows how many places are taken, and how many there are; asked whenever somebody looks. */
    public void watch(Limit limit, Places places) {
        Gauge.builder("seckill.limit.used", places, Places::taken)
                .strongReference(true)
                .description("What is under way or open of what a limit bounds")
                .tag("limit", limit.label())
                .register(registry);
        Gauge.builder("seckill.limit.places", places, Places::limit)
                .strongReference(true)
                .description("The limit")
                .tag("limit", limit.label())
                .register(registry);
    }
}
