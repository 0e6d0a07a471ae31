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

/** Reads what nobody has read, from any number of streams. Used by one thread at a time. */
final class StreamReader {
    /** Streams in one call at most. */
    static final int MAX_STREAMS_PER_CALL = 64;

    /** With several calls to make, the longest wait in one of them, since the others see nothing meanwhile. */
    static final Duration LONGEST_SHARED_BLOCK = Duration.ofMillis(50);

    /** With calls to several masters, how much longer that wait is for each of them. */
    static final Duration WAIT_PER_CALL = Duration.ofMillis(1);

    /** Calls under way at the same time at most, to several masters. */
    private static final int MAX_CALLS_AT_ONCE = 64;

    /**
     * Entries that one call gives about, where one call follows another: a client takes a reply to pieces anew with each
     * packet that it comes in, and Redis serves nobody else while it makes one.
     */
    static final int ENTRIES_PER_CALL = 128;

    /** Entries asked of each stream at least. */
    private static final int MIN_COUNT = 4;

    /** Errors after which the streams of a call are looked at one by one. */
    private static final Set<String> LOST = Set.of("NOGROUP", "UNBLOCKED", "WRONGTYPE");

    private static final String NOT_A_STREAM = "WRONGTYPE";
    private static final String NO_MEMORY = "OOM";
    private static final Logger log = LoggerFactory.getLogger(StreamReader.class);

    private final StreamGroup group;
    private final AwaySlots away;
    private final int batchSize;
    private final int callSize;
    private final Interval lookAgain;
    private final Set<String> ready = new HashSet<>();
    private final Set<String> broken = new HashSet<>();
    private List<String> wanted = List.of();
    private List<String> readable = List.of();
    private StreamCalls calls = StreamCalls.none();
    private int countPerStream;

    StreamReader(StreamGroup group, AwaySlots away, int batchSize, Interval lookAgain) {
        this.group = group;
        this.away = away;
        this.batchSize = batchSize;
        this.callSize = group.hasSeveralMasters() ? batchSize : Math.min(batchSize, ENTRIES_PER_CALL);
        this.countPerStream = callSize;
        this.lookAgain = lookAgain;
    }

    /** Reads these streams from now on. Groups are made for those seen for the first time. */
    void use(List<String> streams) {
        if (!away.cameBack() && streams == wanted && (broken.isEmpty() || !lookAgain.take())) {
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
        calls = group.hasSeveralMasters() ? StreamCalls.bySlot(readable) : StreamCalls.anyTogether(readable);
    }

    /** One whose master is away is met when it is back. */
    private void meet(String stream) {
        away.unlessAway(stream, met -> {
            try {
                ensure(met);
            } catch (StockUnavailableException e) {
                if (!e.errorCode().equals(NO_MEMORY)) {
                    throw e;
                }
                // Most likely the group is there, and reading is what makes room.
                ready.add(met);
            }
        });
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
     * Reads about a batch. Goes once over all streams without waiting, and waits only when all were found empty; goes on
     * while there is more in any of them.
     */
    List<StreamEntry> read(Duration longestWait) {
        List<StreamEntry> entries = readSome(longestWait);
        int callsInVain = 0;
        while (!entries.isEmpty() && entries.size() + callSize <= batchSize && callsInVain < calls.size()) {
            try {
                List<StreamEntry> more = readNext(Duration.ZERO);
                callsInVain = more.isEmpty() ? callsInVain + 1 : 0;
                entries.addAll(more);
            } catch (StockUnavailableException e) {
                // With entries in hand it is not the time to fail: whoever reads next meets the failure again.
                log.debug("a batch is recorded as far as it was read", e);
                return entries;
            }
        }
        return entries;
    }

    /** True if there is likely to be more of what was read. */
    boolean isPlenty(List<?> read) {
        return read.size() + callSize > batchSize;
    }

    private List<StreamEntry> readSome(Duration longestWait) {
        if (calls.size() == 1) {
            return readNext(longestWait);
        }
        List<StreamEntry> entries = group.hasSeveralMasters() ? readSlots() : readInTurn();
        return entries.isEmpty() ? readNext(shared(longestWait)) : entries;
    }

    /** A worker that waits on many calls in turn waits the longer on each, so as not to be busy with asking in vain. */
    private Duration shared(Duration longestWait) {
        Duration fair = LONGEST_SHARED_BLOCK;
        if (group.hasSeveralMasters()) {
            Duration byCalls = WAIT_PER_CALL.multipliedBy(calls.size());
            fair = byCalls.compareTo(fair) > 0 ? byCalls : fair;
        }
        return longestWait.compareTo(fair) < 0 ? longestWait : fair;
    }

    private List<StreamEntry> readInTurn() {
        for (int i = 0; i < calls.size(); i++) {
            List<StreamEntry> entries = readNext(Duration.ZERO);
            if (!entries.isEmpty()) {
                return entries;
            }
        }
        return List.of();
    }

    /** Goes on until there is a batch, since one slot alone may have little. */
    private List<StreamEntry> readSlots() {
        List<StreamEntry> entries = new ArrayList<>();
        for (int left = calls.size(); left > 0 && hasStreams() && entries.size() < batchSize; ) {
            List<List<String>> together = calls.next(Math.min(left, MAX_CALLS_AT_ONCE), MAX_STREAMS_PER_CALL);
            left -= together.size();
            int before = entries.size();
            group.readSlots(
                            together.stream()
                                    .filter(streams -> !away.has(streams.get(0)))
                                    .toList(),
                            countPerStream)
                    .forEach(read -> take(read, entries));
            adapt(entries.size() - before);
        }
        return entries;
    }

    private void take(StreamGroup.Read read, List<StreamEntry> entries) {
        entries.addAll(read.entries());
        read.failure().ifPresent(failure -> {
            if (LOST.contains(failure.errorCode())) {
                makeAgain(read.streams(), failure);
            } else if (!away.take(read.streams().get(0), failure)) {
                throw failure;
            }
        });
    }

    private List<StreamEntry> readNext(Duration wait) {
        if (!hasStreams()) {
            return List.of();
        }
        List<String> streams = calls.nextWhere(next -> !away.has(next.get(0)));
        try {
            List<StreamEntry> entries = group.read(streams, countPerStream, wait);
            adapt(entries.size());
            return entries;
        } catch (StockUnavailableException e) {
            if (LOST.contains(e.errorCode())) {
                makeAgain(streams, e);
                return List.of();
            }
            // Where all are away there is nothing else to do than to try again later.
            if (calls.size() > 1 && !away.has(streams.get(0)) && away.take(streams.get(0), e)) {
                return List.of();
            }
            throw e;
        }
    }

    private void makeAgain(List<String> streams, StockUnavailableException failure) {
        log.warn(
                "a stream or its group was lost and is made again, to be read from its start: {}",
                FailureKind.firstLine(failure));
        streams.forEach(this::meet);
        divide(wanted);
    }

    /** Redis counts per stream: asks each for so many that one call is of about the same size, however many are busy. */
    private void adapt(int found) {
        if (found > callSize) {
            countPerStream = Math.max(MIN_COUNT, countPerStream / 2);
        } else if (found >= countPerStream && 2 * found <= callSize) {
            countPerStream = Math.min(callSize, 2 * countPerStream);
        }
    }

    boolean hasStreams() {
        return calls.size() > 0;
    }
}
