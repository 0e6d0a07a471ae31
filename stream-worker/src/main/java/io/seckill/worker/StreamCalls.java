package io.seckill.worker;

import io.seckill.stock.StockKeys;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Which streams are read together in one call, and whose turn it is. Owned by the reading thread. */
final class StreamCalls {
    private final List<List<String>> calls;
    private int position;

    private StreamCalls(List<List<String>> calls) {
        this.calls = calls;
    }

    static StreamCalls none() {
        return new StreamCalls(List.of());
    }

    /** Any streams may share a call, as on a single master. */
    static StreamCalls anyTogether(List<String> streams) {
        List<List<String>> calls = new ArrayList<>();
        divide(streams, calls);
        return new StreamCalls(calls);
    }

    /** Only streams of one slot share a call. */
    static StreamCalls bySlot(Collection<String> streams) {
        Map<String, List<String>> bySlot = new LinkedHashMap<>();
        for (String stream : streams) {
            bySlot.computeIfAbsent(StockKeys.slotOf(stream), slot -> new ArrayList<>())
                    .add(stream);
        }
        List<List<String>> calls = new ArrayList<>();
        bySlot.values().forEach(ofSlot -> divide(ofSlot, calls));
        return new StreamCalls(calls);
    }

    private static void divide(List<String> streams, List<List<String>> into) {
        for (int from = 0; from < streams.size(); from += StreamReader.MAX_STREAMS_PER_CALL) {
            into.add(List.copyOf(
                    streams.subList(from, Math.min(from + StreamReader.MAX_STREAMS_PER_CALL, streams.size()))));
        }
    }

    int size() {
        return calls.size();
    }

    /** The next calls, at least one, of so many streams in all; only if there are any. */
    List<List<String>> next(int maxCalls, int maxStreams) {
        List<List<String>> next = new ArrayList<>();
        int streams = 0;
        do {
            List<String> call = calls.get(position);
            streams += call.size();
            next.add(call);
            position = (position + 1) % calls.size();
        } while (next.size() < maxCalls && streams + calls.get(position).size() <= maxStreams);
        return next;
    }

    /** The next call that is good; the next of all if there is none. */
    List<String> nextWhere(Predicate<List<String>> good) {
        for (int i = 0; i < calls.size(); i++) {
            List<String> call = calls.get(position);
            position = (position + 1) % calls.size();
            if (good.test(call)) {
                return call;
            }
        }
        return calls.get(position);
    }
}
