package io.seckill.stock;

import io.seckill.settings.Faults;
import java.time.Duration;
import picocli.CommandLine.Option;

/** The flags that say when an accepted order counts as accepted. */
public final class AcknowledgeOptions {
    private static final Duration MIN_TIMEOUT = Duration.ofMillis(1);
    private static final Duration MAX_TIMEOUT = Duration.ofSeconds(10);

    @Option(
            names = "--acknowledge",
            defaultValue = "memory",
            paramLabel = "LEVEL",
            description =
                    "When a buyer is told ACCEPTED. memory: once Redis has decided. fsync: once it is on the disk of "
                            + "Redis, which must have appendonly yes and appendfsync always. replica: once a replica has it; not in "
                            + "time is OUTCOME_UNKNOWN. Default: ${DEFAULT-VALUE}")
    private String level = "";

    @Option(
            names = "--replica-timeout",
            defaultValue = "200ms",
            paramLabel = "TIME",
            description = "With --acknowledge replica: the longest wait for a replica, 1ms to 10s. "
                    + "Default: ${DEFAULT-VALUE}")
    private Duration replicaTimeout = AcknowledgePolicy.DEFAULT_REPLICA_TIMEOUT;

    /** Adds a fault for each option out of its bounds. */
    public void validate(Faults faults) {
        if (AcknowledgePolicy.Level.named(level).isEmpty()) {
            faults.add("acknowledge", level, "memory, fsync or replica");
        }
        faults.checkRange(
                "replica-timeout in ms", replicaTimeout.toMillis(), MIN_TIMEOUT.toMillis(), MAX_TIMEOUT.toMillis());
    }

    /** True if this level is asked for. */
    public boolean asks(AcknowledgePolicy.Level wanted) {
        return level.equals(wanted.settingName());
    }

    /** The policy; call {@link #validate} first. */
    public AcknowledgePolicy toPolicy() {
        return new AcknowledgePolicy(AcknowledgePolicy.Level.named(level).orElseThrow(), replicaTimeout);
    }
}
