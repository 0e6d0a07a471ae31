package io.seckill.worker;

import io.seckill.books.recording.FailureKind;
import io.seckill.stock.StockKeys;
import io.seckill.stock.StockUnavailableException;
import io.seckill.stock.StreamGroup;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The slots of a Redis Cluster whose master does not answer. They are left alone, so that the others are served as if
 * nothing was, and one of them is asked now and then without waiting for it. With a single master there are none, since
 * without it there is nothing to serve. Thread-safe.
 */
final class AwaySlots {
    private static final Logger log = LoggerFactory.getLogger(AwaySlots.class);

    private final StreamGroup group;
    private final Interval askAgain;

    /** A stream of each slot, by slot. */
    private final Map<String, String> streams = new HashMap<>();

    private final Deque<String> toAsk = new ArrayDeque<>();
    private @Nullable CompletableFuture<Boolean> asked;

    AwaySlots(StreamGroup group, Interval askAgain) {
        this.group = group;
        this.askAgain = askAgain;
    }

    synchronized boolean has(String stream) {
        return !streams.isEmpty() && streams.containsKey(StockKeys.slotOf(stream));
    }

    /**
     * Takes the slot of a stream in, since its master did not answer.
     *
     * @return false if there is only one master, and the failure is everybody's, or if its master did answer
     */
    synchronized boolean take(String stream, StockUnavailableException failure) {
        if (!group.hasSeveralMasters() || !failure.masterIsAway()) {
            return false;
        }
        if (streams.isEmpty()) {
            log.warn(
                    "a master of the Redis Cluster is away: {} and others of its slots wait, nothing is lost: {}",
                    stream,
                    FailureKind.firstLine(failure));
        }
        streams.put(StockKeys.slotOf(stream), stream);
        return true;
    }

    /** Does something with a stream, unless its slot is away or turns out to be. */
    void unlessAway(String stream, Consumer<String> visit) {
        if (has(stream)) {
            return;
        }
        try {
            visit.accept(stream);
        } catch (StockUnavailableException e) {
            if (!take(stream, e)) {
                throw e;
            }
        }
    }

    /** Looks whether one of them answers again; then all are believed to. True if that is news. */
    synchronized boolean cameBack() {
        if (streams.isEmpty()) {
            return false;
        }
        if (asked != null && asked.isDone()) {
            boolean answers = asked.join();
            asked = null;
            if (answers) {
                log.info("a master of the Redis Cluster answers again, {} slots are served again", streams.size());
                streams.clear();
                toAsk.clear();
                return true;
            }
        }
        if (asked == null && askAgain.take()) {
            if (toAsk.isEmpty()) {
                toAsk.addAll(streams.values());
            }
            asked = group.answers(toAsk.remove());
        }
        return false;
    }
}
