package io.seckill.server.selling;

import io.seckill.books.recording.FailureKind;
import io.seckill.settings.StartFailure;
import io.seckill.stock.AcknowledgePolicy;
import io.seckill.stock.MasterChecks;
import io.seckill.stock.StockUnavailableException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that Redis can keep what the {@link AcknowledgePolicy} promises: asks at the start, and again and again on a
 * thread of its own, since a failover or an operator may change it. Thread-safe.
 */
public final class AcknowledgeGuard implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(AcknowledgeGuard.class);
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final AcknowledgePolicy policy;
    private final MasterChecks checks;
    private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = new Thread(task, "acknowledge-guard");
        thread.setDaemon(true);
        return thread;
    });
    private volatile boolean holds = true;
    private boolean replicas = true;
    private boolean failing;

    public AcknowledgeGuard(AcknowledgePolicy policy, MasterChecks checks) {
        this.policy = policy;
        this.checks = checks;
    }

    /**
     * Asks for the first time.
     *
     * @throws StartFailure that says what to do, if Redis cannot keep the promise
     */
    public void require() {
        switch (policy.level()) {
            case MEMORY -> {}
            case FSYNC ->
                whyNotOnDisk().ifPresent(why -> {
                    throw new StartFailure("--acknowledge fsync: " + why
                            + "; set both in redis.conf or by CONFIG SET, or choose --acknowledge memory");
                });
            case REPLICA -> requireReplicas();
        }
    }

    private Optional<String> whyNotOnDisk() {
        try {
            return checks.whyNotOnDisk();
        } catch (StockUnavailableException e) {
            throw notTold(e, "Redis does not say how it is set", "+config|get");
        }
    }

    private void requireReplicas() {
        try {
            checks.requireWait();
        } catch (StockUnavailableException e) {
            throw notTold(e, "Redis does not let us wait for replicas", "+wait");
        }
        look();
    }

    private StartFailure notTold(StockUnavailableException failure, String what, String permission) {
        String level = "--acknowledge " + policy.level().settingName();
        String advice = failure.masterIsAway()
                ? "; are all of its masters running?"
                : "; allow it to this user (ACL SETUSER … " + permission + "), or choose --acknowledge memory";
        return new StartFailure(level + ": " + what + advice + " (" + failure.getMessage() + ")", failure);
    }

    /** Starts the thread, if there is something to look at. */
    public void start() {
        if (policy.level() != AcknowledgePolicy.Level.MEMORY) {
            ScheduledFuture<?> unused = executor.scheduleWithFixedDelay(
                    this::look, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** False while something accepted now would be told too early. */
    boolean holds() {
        return holds;
    }

    /** While a master does not answer, it accepts nothing either, and all stays as it was. */
    private void look() {
        try {
            if (policy.level() == AcknowledgePolicy.Level.FSYNC) {
                tell(checks.whyNotOnDisk());
            } else {
                tellReplicas(checks.masterWithoutReplica());
            }
            failing = false;
        } catch (RuntimeException e) {
            if (!failing) {
                log.warn(
                        "--acknowledge {}: Redis cannot be asked: {}",
                        policy.level().settingName(),
                        FailureKind.firstLine(e));
            }
            failing = true;
        }
    }

    private void tell(Optional<String> whyNot) {
        if (holds && whyNot.isPresent()) {
            log.error("nothing is sold until this is set right, as --acknowledge fsync asks: {}", whyNot.get());
        } else if (!holds && whyNot.isEmpty()) {
            log.info("Redis writes to its disk before it answers again, selling goes on");
        }
        holds = whyNot.isEmpty();
    }

    /** Selling goes on, since a replica may be back at any moment; until then nobody is told ACCEPTED. */
    private void tellReplicas(Optional<String> lonelyMaster) {
        if (replicas && lonelyMaster.isPresent()) {
            log.warn(
                    "the Redis at {} has no replica: as --acknowledge replica asks, buyers are told OUTCOME_UNKNOWN"
                            + " in place of ACCEPTED until it has one",
                    lonelyMaster.get());
        } else if (!replicas && lonelyMaster.isEmpty()) {
            log.info("every master of Redis has a replica again");
        }
        replicas = lonelyMaster.isEmpty();
    }

    /** Ends the thread. Safe to call twice. */
    @Override
    public void close() {
        executor.shutdownNow();
    }
}
