package io.seckill.stock;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** {@code describe_streams.lua}: looks at streams and their consumers and changes nothing. Thread-safe. */
public final class StreamInspector {
    /** Streams of one call at most. */
    public static final int MAX_STREAMS = 100;

    /** Consumers of one stream at most. */
    public static final int MAX_CONSUMERS = 50;

    private final LuaScript script;

    public StreamInspector(StockRedis redis) {
        this.script = new LuaScript(redis, "describe_streams");
    }

    /**
     * Describes streams, all at one moment.
     *
     * @param streams 1 to {@link #MAX_STREAMS}, of one shard
     * @return one state for each, in their order; fails with {@link StockUnavailableException}
     */
    public CompletionStage<List<StreamState>> describe(List<String> streams) {
        if (streams.isEmpty() || streams.size() > MAX_STREAMS) {
            throw new IllegalArgumentException("streams: " + streams.size() + " (expected: 1.." + MAX_STREAMS + ")");
        }
        return script.run(streams, List.of(StockKeys.GROUP, Integer.toString(MAX_CONSUMERS)))
                .thenApply(answer -> states(streams, answer.iterator()));
    }

    private static List<StreamState> states(List<String> streams, Iterator<Object> answer) {
        Instant now = Instant.ofEpochMilli(LuaScript.number(answer.next()));
        List<StreamState> states = new ArrayList<>(streams.size());
        for (String stream : streams) {
            long length = LuaScript.number(answer.next());
            boolean grouped = LuaScript.number(answer.next()) == 1;
            long lag = LuaScript.number(answer.next());
            long pending = LuaScript.number(answer.next());
            Optional<Duration> oldestPending = age(answer.next(), now);
            Optional<Duration> oldestUnread = age(answer.next(), now);
            states.add(new StreamState(
                    stream, grouped, length, lag, pending, oldestPending, oldestUnread, consumers(answer)));
        }
        return states;
    }

    private static List<StreamState.Consumer> consumers(Iterator<Object> answer) {
        List<StreamState.Consumer> consumers = new ArrayList<>();
        for (long left = LuaScript.number(answer.next()); left > 0; left--) {
            String name = (String) answer.next();
            long pending = LuaScript.number(answer.next());
            consumers.add(new StreamState.Consumer(name, pending, Duration.ofMillis(LuaScript.number(answer.next()))));
        }
        return consumers;
    }

    /** How long ago an entry was put into its stream; empty without one. */
    private static Optional<Duration> age(Object entryId, Instant now) {
        return StreamId.parse((String) entryId)
                .map(id -> Duration.between(id.instant(), now))
                .map(age -> age.isNegative() ? Duration.ZERO : age);
    }
}
