package io.seckill.worker;

import io.seckill.books.recording.FailureKind;
import io.seckill.stock.StockUnavailableException;
import io.seckill.stock.StreamEntry;
import io.seckill.stock.StreamGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads what nobody has read, from any number of streams. Owned by the reading thread. */
final class StreamReader {
    /** Streams in one call at most. */
    static final int MAX_STREAMS_PER_CALL = 64;

    /** With several calls to make, the longest wait in one of them, since the others see nothing meanwhile. */
    static final Duration LONGEST_SHARED_BLOCK = Duration.ofMillis(50);

    /** Entries asked of each stream at least. */
    private static final int MIN_COUNT = 4;

    /** Errors after which the streams of a call are looked at one by one. */
    private static final Set<String> LOST = Set.of("NOGROUP", "UNBLOCKED", "WRONGTYPE");

    private static final String NOT_A_STREAM = "WRONGTYPE";
    private static final String NO_MEMORY = "OOM";
    private static final Logger log = LoggerFactory.getLogger(StreamReader.class);

    private final StreamGroup group;
    private final int batchSize;
    private final Interval lookAgain;
    private final Set<String> ready = new HashSet<>();
    private final Set<String> broken = new HashSet<>();
    private List<String> wanted = List.of();
    private List<String> readable = List.of();
    private List<List<String>> calls = List.of();
    private int position;
    private int countPerStream;

    StreamReader(StreamGroup group, int batchSize, Interval lookAgain) {
        this.group = group;
        this.batchSize = batchSize;
        this.countPerStream = batchSize;
        this.lookAgain = lookAgain;
    }

    /** Reads these streams from now on. Groups are made for those seen for the first time. */
    void use(List<String> streams) {
        if (streams == wanted && (broken.isEmpty() || !lookAgain.take())) {
            return;
        }
        ready.retainAll(Set.copyOf(streams));
        broken.retainAll(Set.copyOf(streams));
        streams.stream().filter(stream -> !ready.contains(stream)).forEach(this::meet);
        divide(streams);
        wanted = streams;
    }

    private void divide(List<String> streams) {
        readable = streams.stream().filter(ready::contains).toList();
        List<List<String>> chunks = new ArrayList<>();
        for (int from = 0; from < readable.size(); from += MAX_STREAMS_PER_CALL) {
            chunks.add(readable.subList(from, Math.min(from + MAX_STREAMS_PER_CALL, readable.size())));
        }
        calls = chunks;
        position = 0;
    }

    private void meet(String stream) {
        try {
            ensure(stream);
        } catch (StockUnavailableException e) {
            if (!e.errorCode().equals(NO_MEMORY)) {
                throw e;
            }
            // Most likely the group is there, and reading is what makes room.
            ready.add(stream);
        }
    }

    /** Makes the group if it is not there. A key that is no stream is left out, and looked at again later. */
    void ensure(String stream) {
        try {
            group.ensure(stream);
            ready.add(stream);
            broken.remove(stream);
        } catch (StockUnavailableException e) {
            if (!e.errorCode().equals(NOT_A_STREAM)) {
                throw e;
            }
            ready.remove(stream);
            if (broken.add(stream)) {
                log.error("{} is not a stream and is not read; delete it or name another", stream);
            }
        }
    }

    /** The streams that can be read. */
    List<String> readable() {
        return readable;
    }

    /**
     * Reads from the next streams that have entries. Goes once over all of them without waiting, and waits only when
     * all were found empty.
     */
    List<StreamEntry> read(Duration longestWait) {
        if (calls.size() > 1) {
            for (int i = 0; i < calls.size(); i++) {
                List<StreamEntry> entries = readNext(Duration.ZERO);
                if (!entries.isEmpty()) {
                    return entries;
                }
            }
            return readNext(longestWait.compareTo(LONGEST_SHARED_BLOCK) < 0 ? longestWait : LONGEST_SHARED_BLOCK);
        }
        return readNext(longestWait);
    }

    private List<StreamEntry> readNext(Duration wait) {
        List<String> streams = calls.get(position);
        position = (position + 1) % calls.size();
        try {
            List<StreamEntry> entries = group.read(streams, countPerStream, wait);
            adapt(entries.size());
            return entries;
        } catch (StockUnavailableException e) {
            if (!LOST.contains(e.errorCode())) {
                throw e;
            }
            log.warn(
                    "a stream or its group was lost and is made again, to be read from its start: {}",
                    FailureKind.firstLine(e));
            streams.forEach(this::ensure);
            divide(wanted);
            return List.of();
        }
    }

    /** Redis counts per stream: asks each for so many that one read is about one batch, however many are busy. */
    private void adapt(int found) {
        if (found > batchSize) {
            countPerStream = Math.max(MIN_COUNT, countPerStream / 2);
        } else if (found >= countPerStream && 2 * found <= batchSize) {
            countPerStream = Math.min(batchSize, 2 * countPerStream);
        }
    }

    boolean hasStreams() {
        return !calls.isEmpty();
    }
}
