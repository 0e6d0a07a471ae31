package io.seckill.worker.upkeep;

import io.seckill.settings.Faults;
import io.seckill.settings.Validated;
import java.time.Duration;
import picocli.CommandLine.Option;

/** The options about orders that are due and sales that are over. */
public final class UpkeepOptions implements Validated {
    private static final Duration MIN_EVERY = Duration.ofMillis(50);
    private static final Duration MAX_EVERY = Duration.ofMinutes(1);
    private static final Duration MAX_RETENTION = Duration.ofDays(366);
    private static final Duration MIN_RECONCILE_EVERY = Duration.ofSeconds(1);
    private static final Duration MAX_RECONCILE_EVERY = Duration.ofHours(1);

    @Option(
            names = "--upkeep-every",
            defaultValue = "500ms",
            paramLabel = "TIME",
            description = "How often orders that were not paid in time, and units to be sold again, are looked for, "
                    + "50ms to 1m. Default: ${DEFAULT-VALUE}")
    private Duration every = UpkeepSettings.DEFAULT.every();

    @Option(
            names = "--retention",
            defaultValue = "24h",
            paramLabel = "TIME",
            description = "How long a sale that is over and recorded keeps its keys in Redis, up to 366d. "
                    + "Default: ${DEFAULT-VALUE}")
    private Duration retention = UpkeepSettings.DEFAULT.retention();

    @Option(
            names = "--reconcile-every",
            defaultValue = "60s",
            paramLabel = "TIME",
            description = "How often the books of open sales are added up; what differs is logged as an error. "
                    + "1s to 1h, or 0s for never. Default: ${DEFAULT-VALUE}")
    private Duration reconcileEvery = UpkeepSettings.DEFAULT.reconcileEvery();

    @Override
    public void validate(Faults faults) {
        faults.checkRange("upkeep-every in ms", every.toMillis(), MIN_EVERY.toMillis(), MAX_EVERY.toMillis());
        faults.checkRange("retention in ms", retention.toMillis(), 0, MAX_RETENTION.toMillis());
        if (!reconcileEvery.isZero()) {
            faults.checkRange(
                    "reconcile-every in ms",
                    reconcileEvery.toMillis(),
                    MIN_RECONCILE_EVERY.toMillis(),
                    MAX_RECONCILE_EVERY.toMillis());
        }
    }

    /** The settings; call {@link #validate} first. */
    public UpkeepSettings toSettings() {
        return new UpkeepSettings(every, retention, reconcileEvery, UpkeepSettings.DEFAULT.grace());
    }
}
