package io.seckill.stock;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What limits on rates mean, in plain Java and exact numbers: every moment kept, and the textbook's cell rate algorithm. */
final class RateModel {
    private static final long MICROS_PER_SECOND = 1_000_000;
    private static final long MICROS_PER_MILLI = 1_000;

    private final RateLimits limits;
    private final BigInteger rate;
    private final Map<Long, List<Long>> counted = new HashMap<>();

    /** The theoretical arrival time, in µs times the rate. */
    private BigInteger tat = BigInteger.ZERO;

    RateModel(RateLimits limits) {
        this.limits = limits;
        this.rate = BigInteger.valueOf(limits.activityPerSecond());
    }

    /** Milliseconds until it is worth asking again; 0 if the request is within the limits, and then it counts. */
    long ask(long user, long micros) {
        long millis = micros / MICROS_PER_MILLI;
        long wait = Math.max(waitOfUser(user, millis), waitOfAll(micros));
        if (wait == 0) {
            counted.computeIfAbsent(user, key -> new ArrayList<>()).add(millis);
            tat = tat.max(BigInteger.valueOf(micros).multiply(rate)).add(BigInteger.valueOf(MICROS_PER_SECOND));
        }
        return wait;
    }

    /** The first µs at which the rate of the activity lets a request through, if that is one of its limits. */
    long opensAtMicros() {
        return rate.signum() == 0
                ? 0
                : tat.subtract(tolerance())
                        .add(rate)
                        .subtract(BigInteger.ONE)
                        .divide(rate)
                        .longValueExact();
    }

    private BigInteger tolerance() {
        long burst = Math.max(1, limits.activityPerSecond() / 10);
        return BigInteger.valueOf((burst - 1) * MICROS_PER_SECOND);
    }

    private long waitOfUser(long user, long millis) {
        long window = limits.userWindow().toMillis();
        List<Long> inWindow = counted.getOrDefault(user, List.of()).stream()
                .filter(moment -> moment > millis - window)
                .toList();
        int allowed = limits.userRequests();
        return allowed == 0 || inWindow.size() < allowed
                ? 0
                : inWindow.get(inWindow.size() - allowed) + window - millis;
    }

    private long waitOfAll(long micros) {
        if (limits.activityPerSecond() == 0) {
            return 0;
        }
        BigInteger now = BigInteger.valueOf(micros).multiply(rate);
        BigInteger early = tat.max(now).subtract(now).subtract(tolerance());
        BigInteger perMilli = rate.multiply(BigInteger.valueOf(MICROS_PER_MILLI));
        return early.signum() <= 0
                ? 0
                : early.add(perMilli).subtract(BigInteger.ONE).divide(perMilli).longValueExact();
    }
}
