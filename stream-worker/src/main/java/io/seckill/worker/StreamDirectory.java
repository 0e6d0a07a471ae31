package io.seckill.worker;

import io.seckill.books.recording.FailureKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jooq.exception.DataAccessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The streams there are to read; while PostgreSQL is away, those that were known. Owned by the reading thread. */
final class StreamDirectory {
    /** Streams that one worker reads at most; beyond, those of the oldest activities. */
    static final int MAX_STREAMS = 100_000;

    private static final Logger log = LoggerFactory.getLogger(StreamDirectory.class);

    private final ActivityStore store;
    private final List<String> foreign;
    private final Interval interval;
    private List<ActivityStreams> activities = List.of();
    private volatile List<String> streams;
    private List<String> fenced = List.of();
    private boolean failing;
    private boolean full;

    StreamDirectory(ActivityStore store, List<String> foreign, Interval interval) {
        this.store = store;
        this.foreign = List.copyOf(foreign);
        this.interval = interval;
        this.streams = this.foreign;
    }

    /** Looks for new ones if it is time to. */
    void refresh() {
        if (!interval.take()) {
            return;
        }
        try {
            List<ActivityStreams> found = store.toRead();
            if (!found.equals(activities)) {
                activities = List.copyOf(found);
                streams = collect();
                fenced = found.stream()
                        .flatMap(activity -> activity.fenced().stream())
                        .toList();
            }
            failing = false;
        } catch (DataAccessException e) {
            if (!failing) {
                log.warn(
                        "new streams cannot be looked for until PostgreSQL is back; reading the {} known ones: {}",
                        streams.size(),
                        FailureKind.firstLine(e));
            }
            failing = true;
        }
    }

    private List<String> collect() {
        List<String> all = new ArrayList<>(foreign);
        activities.forEach(activity -> all.addAll(activity.streams()));
        if (all.size() > MAX_STREAMS && !full) {
            log.error("{} streams to read, and no worker reads more than {}", all.size(), MAX_STREAMS);
        }
        full = all.size() > MAX_STREAMS;
        return List.copyOf(full ? all.subList(0, MAX_STREAMS) : all);
    }

    Duration untilDue() {
        return interval.untilDue();
    }

    /** The same list for as long as nothing has changed; for any thread. */
    List<String> streams() {
        return streams;
    }

    /** Those whose pools are fenced: nobody sells until what they hold is recorded. */
    List<String> fenced() {
        return fenced;
    }

    List<ActivityStreams> activities() {
        return activities;
    }
}
