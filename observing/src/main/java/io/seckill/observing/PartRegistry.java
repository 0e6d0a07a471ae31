package io.seckill.observing;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmHeapPressureMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/**
 * The metrics of one part, apart from those of other parts in the same process; of one that shows none nothing is kept.
 * Thread-safe.
 */
public final class PartRegistry implements AutoCloseable {
    private final PrometheusMeterRegistry shown = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final MeterRegistry registry;
    private final JvmGcMetrics collections = new JvmGcMetrics();
    private final JvmHeapPressureMetrics pressure = new JvmHeapPressureMetrics();

    /** Those of a part with these settings. */
    public PartRegistry(AdminSettings settings) {
        this.registry = settings.isOff() ? new CompositeMeterRegistry() : shown;
    }

    /** Where meters are registered. */
    public MeterRegistry meters() {
        return registry;
    }

    /** Adds what is known of the process: memory, collections, threads, processor time, open files. */
    void watchProcess() {
        collections.bindTo(registry);
        pressure.bindTo(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ClassLoaderMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
    }

    /** All metrics as they are now, in the text format of Prometheus. */
    public String scrape() {
        return shown.scrape();
    }

    /** Ends what listens to the process. Safe to call twice. */
    @Override
    public void close() {
        collections.close();
        pressure.close();
        registry.close();
        shown.close();
    }
}
