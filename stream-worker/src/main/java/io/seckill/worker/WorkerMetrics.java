package io.seckill.worker;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.seckill.books.recording.LetterReason;
import io.seckill.stock.DecodedEntry;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** What recording counts. All meters are made beforehand. Thread-safe. */
final class WorkerMetrics {
    /** What was tried again. */
    enum Retried {
        POSTGRESQL("postgresql"),
        REDIS("redis"),
        ENTRY("entry");

        private final String label;

        Retried(String label) {
            this.label = label;
        }
    }

    private static final Duration[] QUEUE_DELAYS = {
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(2),
        Duration.ofSeconds(5),
        Duration.ofSeconds(30)
    };
    private static final Duration[] RECORD_DELAYS = {
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(2),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofMinutes(2)
    };
    private static final int FIRST_LINE = 1;

    private final Supplier<Instant> redisTime;
    private final Counter lines;
    private final Counter orders;
    private final Counter duplicates;
    private final Counter claims;
    private final Timer queueDelay;
    private final Timer recordDelay;
    private final Map<Retried, Counter> retries = new EnumMap<>(Retried.class);
    private final Map<LetterReason, Counter> letters = new EnumMap<>(LetterReason.class);

    /** @param redisTime what time it is by the clock that decisions are dated by */
    WorkerMetrics(MeterRegistry registry, Supplier<Instant> redisTime) {
        this.redisTime = redisTime;
        this.lines = counter(registry, "seckill.lines.recorded", "Lines that became durable");
        this.orders = counter(registry, "seckill.orders.recorded", "Orders whose first line became durable");
        this.duplicates = counter(registry, "seckill.lines.duplicate", "Lines that came again after being recorded");
        this.claims = counter(registry, "seckill.claims", "Entries taken over that were read and not acknowledged");
        this.queueDelay = Timer.builder("seckill.queue.delay")
                .description("From the decision on a line to its being read, by the clock of Redis")
                .serviceLevelObjectives(QUEUE_DELAYS)
                .register(registry);
        this.recordDelay = Timer.builder("seckill.record.delay")
                .description("From the decision on a line to its being durable, by the clock of Redis")
                .serviceLevelObjectives(RECORD_DELAYS)
                .register(registry);
        for (Retried what : Retried.values()) {
            retries.put(
                    what,
                    Counter.builder("seckill.retries")
                            .description(
                                    "Failed attempts that are made again, and refused entries left to be tried again")
                            .tag("what", what.label)
                            .register(registry));
        }
        for (LetterReason reason : LetterReason.values()) {
            letters.put(
                    reason,
                    Counter.builder("seckill.dead.letters")
                            .description("Entries set aside, by reason")
                            .tag("reason", reason.name())
                            .register(registry));
        }
    }

    private static Counter counter(MeterRegistry registry, String name, String description) {
        return Counter.builder(name).description(description).register(registry);
    }

    /** Notes entries that nobody had read before; returns them. */
    List<DecodedEntry> read(List<DecodedEntry> entries) {
        note(queueDelay, entries, Set.of());
        return entries;
    }

    /**
     * Notes lines that are durable now.
     *
     * @param before those of them that were so before
     */
    void recorded(Collection<? extends DecodedEntry> batch, Collection<DecodedEntry> before) {
        Set<DecodedEntry> known = before.isEmpty() ? Set.of() : new HashSet<>(before);
        duplicates.increment(before.size());
        lines.increment(batch.size() - before.size());
        orders.increment(note(recordDelay, batch, known));
    }

    /** Notes how long ago lines were decided; returns how many of them are the first of their order. */
    private int note(Timer delays, Collection<? extends DecodedEntry> entries, Set<DecodedEntry> without) {
        int firstLines = 0;
        Instant now = redisTime.get();
        for (DecodedEntry entry : entries) {
            if (entry instanceof DecodedEntry.OrderLine line && !without.contains(entry)) {
                Duration delay = Duration.between(line.decidedAt(), now);
                delays.record(delay.isNegative() ? Duration.ZERO : delay);
                firstLines += line.line() == FIRST_LINE ? 1 : 0;
            }
        }
        return firstLines;
    }

    void claimed(int entries) {
        claims.increment(entries);
    }

    void retried(Retried what) {
        retries.get(what).increment();
    }

    void setAside(LetterReason reason) {
        letters.get(reason).increment();
    }
}
