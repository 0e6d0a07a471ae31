package io.seckill.bench;

import io.seckill.v1.SeckillResponse;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.AtomicHistogram;

/** Adds up what buyers are told while they are told it. Thread-safe. */
final class LoadTally {
    private static final long MAX_MICROS = TimeUnit.MINUTES.toMicros(10);
    private static final int DIGITS = 3;

    private final Map<String, LongAdder> answers = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> retries = new ConcurrentHashMap<>();
    private final AtomicHistogram micros = new AtomicHistogram(MAX_MICROS, DIGITS);
    private final AcceptedOrders accepted = new AcceptedOrders();
    private final Findings contradictions = new Findings();
    private final Findings putOff = new Findings();
    private final Queue<TwoOrders> twoOrders = new ConcurrentLinkedQueue<>();
    private final Set<Long> unresolvedUsers = ConcurrentHashMap.newKeySet();

    void answered(Answer answer, long nanos) {
        count(answers, nameOf(answer));
        micros.recordValue(Math.min(TimeUnit.NANOSECONDS.toMicros(nanos), MAX_MICROS));
    }

    private static String nameOf(Answer answer) {
        if (answer instanceof Answer.Decided decided) {
            SeckillResponse response = decided.response();
            return response.getOutcome() + (response.getReplayed() ? " (replayed)" : "");
        }
        return answer instanceof Answer.Refused refused
                ? refused.code()
                : ((Answer.Unresolved) answer).code() + " (unresolved)";
    }

    void triedAgain(String code) {
        count(retries, code);
    }

    void unresolved(long userId) {
        unresolvedUsers.add(userId);
    }

    int unresolvedBuyers() {
        return unresolvedUsers.size();
    }

    AcceptedOrders accepted() {
        return accepted;
    }

    Findings contradictions() {
        return contradictions;
    }

    Queue<TwoOrders> twoOrders() {
        return twoOrders;
    }

    Findings putOff() {
        return putOff;
    }

    LoadReport report(long elapsedNanos) {
        return new LoadReport(
                new Told(accepted, contradictions, List.copyOf(twoOrders), putOff, Set.copyOf(unresolvedUsers)),
                sums(answers),
                sums(retries),
                micros.copy(),
                elapsedNanos);
    }

    private static void count(Map<String, LongAdder> counts, String name) {
        counts.computeIfAbsent(name, absent -> new LongAdder()).increment();
    }

    private static Map<String, Long> sums(Map<String, LongAdder> counts) {
        Map<String, Long> sums = new TreeMap<>();
        counts.forEach((name, count) -> sums.put(name, count.sum()));
        return sums;
    }
}
