package io.seckill.worker;

import io.seckill.settings.Faults;
import io.seckill.settings.Validated;
import picocli.CommandLine.Option;

/** The options about entries that cannot be recorded, of all commands that run a worker. */
public final class FailureOptions implements Validated {
    private static final int MAX_ATTEMPTS = 100;

    @Option(
            names = "--max-attempts",
            defaultValue = "3",
            paramLabel = "N",
            description = "Deliveries after which an entry that PostgreSQL refuses is set aside, 1 to " + MAX_ATTEMPTS
                    + ". While PostgreSQL is away nothing is. Default: ${DEFAULT-VALUE}")
    private int maxAttempts;

    @Option(
            names = "--fault-persist-failures",
            defaultValue = "0",
            paramLabel = "N",
            description = "Fault injection, needs --development: recording fails for the first N deliveries of every "
                    + "entry, 0 to " + MAX_ATTEMPTS + ". Default: ${DEFAULT-VALUE}")
    private int injectedFailures;

    @Option(names = "--development", description = "Allows what must never happen in production: fault injection.")
    private boolean development;

    @Override
    public void validate(Faults faults) {
        faults.checkRange("max-attempts", maxAttempts, 1, MAX_ATTEMPTS);
        faults.checkRange("fault-persist-failures", injectedFailures, 0, MAX_ATTEMPTS);
        if (injectedFailures > 0 && !development) {
            faults.add("fault-persist-failures", injectedFailures, "0, or --development as well");
        }
    }

    /** The settings; call {@link #validate} first. */
    public FailureSettings toSettings() {
        return new FailureSettings(maxAttempts, injectedFailures);
    }
}
