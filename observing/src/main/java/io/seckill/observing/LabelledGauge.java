package io.seckill.observing;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;

/**
 * A gauge with labels of which all values are set at once. It has at most {@link #MAX_SERIES} of them; what is beyond is one
 * more, in which every label is {@link #OTHER}. Thread-safe.
 */
public final class LabelledGauge {
    /** Series of one gauge at most, besides the one for the rest. */
    public static final int MAX_SERIES = 200;

    /** What stands in the labels of the rest. */
    public static final String OTHER = "other";

    private final MeterRegistry registry;
    private final String name;
    private final String description;
    private final String unit;
    private final DoubleBinaryOperator together;
    private final Map<Tags, Series> series = new HashMap<>();

    /**
     * One without values.
     *
     * @param unit the base unit, empty for none
     * @param together makes one value of two that are beyond the bound
     */
    public LabelledGauge(
            MeterRegistry registry, String name, String description, String unit, DoubleBinaryOperator together) {
        this.registry = registry;
        this.name = name;
        this.description = description;
        this.unit = unit;
        this.together = together;
    }

    /** A value, and the labels that it is of; all values of a gauge have the same labels. */
    public record Value(Tags labels, double value) {
        /** The value of one product in one shard. */
        public static Value ofStream(String activity, String product, String shard, double value) {
            return new Value(Tags.of("activity", activity, "product", product, "shard", shard), value);
        }

        /** The value of one shard. */
        public static Value ofShard(String activity, String shard, double value) {
            return new Value(Tags.of("activity", activity, "shard", shard), value);
        }

        /** The value of one product. */
        public static Value ofProduct(String activity, String product, double value) {
            return new Value(Tags.of("activity", activity, "product", product), value);
        }
    }

    /** What one series shows. */
    private static final class Series {
        private volatile double value;
    }

    /** Sets all values; the first {@link #MAX_SERIES} have a series each. Those that were set before and are not now go. */
    public synchronized void set(List<Value> values) {
        Map<Tags, Double> wanted = new LinkedHashMap<>();
        for (Value each : values) {
            if (wanted.size() < MAX_SERIES) {
                wanted.put(each.labels(), each.value());
            } else {
                wanted.merge(others(each.labels()), each.value(), together::applyAsDouble);
            }
        }
        for (Iterator<Tags> known = series.keySet().iterator(); known.hasNext(); ) {
            Tags labels = known.next();
            if (!wanted.containsKey(labels)) {
                registry.find(name).tags(labels).meters().forEach(registry::remove);
                known.remove();
            }
        }
        wanted.forEach((labels, value) -> series.computeIfAbsent(labels, this::register).value = value);
    }

    private static Tags others(Tags labels) {
        List<Tag> others = new ArrayList<>();
        labels.forEach(label -> others.add(Tag.of(label.getKey(), OTHER)));
        return Tags.of(others);
    }

    private Series register(Tags labels) {
        Series made = new Series();
        Gauge.Builder<Series> gauge = Gauge.builder(name, made, shown -> shown.value)
                .strongReference(true)
                .description(description)
                .tags(labels);
        if (!unit.isEmpty()) {
            gauge.baseUnit(unit);
        }
        gauge.register(registry);
        return made;
    }
}
