package io.seckill.worker;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.seckill.books.recording.FailureKind;
import io.seckill.observing.LabelledGauge;
import io.seckill.observing.LabelledGauge.Value;
import io.seckill.stock.Answers;
import io.seckill.stock.ShardId;
import io.seckill.stock.StockKeys;
import io.seckill.stock.StreamInspector;
import io.seckill.stock.StreamState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at all streams and dead letters at a fixed pace, for those who watch, and at the clock of Redis. The streams of the
 * latest activities have series of their own. Has a thread of its own, which alone blocks.
 */
final class StreamSampler implements AutoCloseable {
    /** How long after one look comes the next. */
    private static final Duration EVERY = Duration.ofSeconds(5);

    /** In place of an activity and a shard: the stream is one that other systems write to. */
    private static final String NONE = "none";

    private static final double MILLIS_PER_SECOND = 1_000;
    private static final Logger log = LoggerFactory.getLogger(StreamSampler.class);

    private final Supplier<List<String>> streams;
    private final AwaySlots away;
    private final StreamInspector inspector;
    private final Runnable compareClocks;
    private final LabelledGauge length;
    private final LabelledGauge lag;
    private final LabelledGauge pending;
    private final LabelledGauge oldestPending;
    private final LabelledGauge deadLetters;
    private final ScheduledThreadPoolExecutor executor;
    private volatile long sampledNanos = System.nanoTime();
    private boolean failing;

    /**
     * One that begins with {@link #start}.
     *
     * @param streams those that are read, the oldest activities first
     * @param away those whose master does not answer
     * @param compareClocks asks Redis what time it is
     */
    StreamSampler(
            String threadName,
            MeterRegistry registry,
            Supplier<List<String>> streams,
            AwaySlots away,
            StreamInspector inspector,
            Runnable compareClocks) {
        this.streams = streams;
        this.away = away;
        this.inspector = inspector;
        this.compareClocks = compareClocks;
        this.length = new LabelledGauge(
                registry, "seckill.stream.length", "Entries in a stream, not recorded yet", "", Double::sum);
        this.lag =
                new LabelledGauge(registry, "seckill.stream.lag", "Entries that no worker has read", "", Double::sum);
        this.pending = new LabelledGauge(
                registry, "seckill.stream.pending", "Entries read and not acknowledged", "", Double::sum);
        this.oldestPending = new LabelledGauge(
                registry,
                "seckill.stream.oldest.pending.age",
                "How long ago the oldest pending entry was put into its stream; 0 if none is pending",
                "seconds",
                Double::max);
        this.deadLetters = new LabelledGauge(
                registry, "seckill.dead.letters.waiting", "Dead letters nobody has dealt with", "", Double::sum);
        TimeGauge.builder("seckill.streams.sample.age", () -> System.nanoTime() - sampledNanos, TimeUnit.NANOSECONDS)
                .description("How long ago the streams were last looked at")
                .register(registry);
        this.executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, threadName);
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Begins. */
    void start() {
        ScheduledFuture<?> unused =
                executor.scheduleWithFixedDelay(this::sample, 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void sample() {
        try {
            compareClocks.run();
            show(look(streams.get()));
            sampledNanos = System.nanoTime();
            if (failing) {
                log.info("looking at the streams works again");
            }
            failing = false;
        } catch (RuntimeException e) {
            if (!failing && !executor.isShutdown()) {
                log.warn("the streams cannot be looked at, what is shown of them is old: {}", FailureKind.firstLine(e));
            }
            failing = true;
        }
    }

    /** Streams of one slot together, with their dead letters; slots whose master is away are left out. */
    private List<StreamState> look(List<String> wanted) {
        Map<String, List<String>> bySlot = new LinkedHashMap<>();
        for (String stream : wanted) {
            List<String> ofSlot = bySlot.computeIfAbsent(StockKeys.slotOf(stream), slot -> new ArrayList<>());
            if (ofSlot.isEmpty()) {
                ofSlot.add(StockKeys.deadLettersOf(stream));
            }
            ofSlot.add(stream);
        }
        List<StreamState> states = new ArrayList<>();
        for (List<String> ofSlot : bySlot.values()) {
            for (int from = 0; from < ofSlot.size(); from += StreamInspector.MAX_STREAMS) {
                List<String> page = ofSlot.subList(from, Math.min(from + StreamInspector.MAX_STREAMS, ofSlot.size()));
                away.unlessAway(
                        page.get(page.size() - 1), any -> states.addAll(Answers.await(inspector.describe(page))));
            }
        }
        return states;
    }

    private void show(List<StreamState> states) {
        List<StreamState> latestFirst = new ArrayList<>(states);
        latestFirst.sort(Comparator.comparingLong(StreamSampler::activityOf).reversed());
        List<StreamState> read = latestFirst.stream()
                .filter(state -> StockKeys.productOf(state.stream()).isPresent())
                .toList();
        length.set(values(read, StreamState::length));
        lag.set(values(read, StreamState::lag));
        pending.set(values(read, StreamState::pending));
        oldestPending.set(values(
                read, state -> state.oldestPendingAge().map(Duration::toMillis).orElse(0L) / MILLIS_PER_SECOND));
        deadLetters.set(latestFirst.stream()
                .filter(state -> StockKeys.productOf(state.stream()).isEmpty())
                .map(state -> Value.ofShard(activity(state), shard(state), (double) state.length()))
                .toList());
    }

    private static List<Value> values(List<StreamState> states, ToDoubleFunction<StreamState> value) {
        return states.stream()
                .map(state -> Value.ofStream(
                        activity(state),
                        Long.toString(StockKeys.productOf(state.stream()).orElseThrow()),
                        shard(state),
                        value.applyAsDouble(state)))
                .toList();
    }

    private static long activityOf(StreamState state) {
        return StockKeys.shardOf(state.stream()).map(ShardId::activityId).orElse(0L);
    }

    private static String activity(StreamState state) {
        return StockKeys.shardOf(state.stream())
                .map(shard -> Long.toString(shard.activityId()))
                .orElse(NONE);
    }

    private static String shard(StreamState state) {
        return StockKeys.shardOf(state.stream())
                .map(shard -> Integer.toString(shard.shard()))
                .orElse(NONE);
    }

    /** Ends the thread. Safe to call twice. */
    @Override
    public void close() {
        executor.shutdownNow();
    }
}
