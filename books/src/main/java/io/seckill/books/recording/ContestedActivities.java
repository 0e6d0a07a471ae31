package io.seckill.books.recording;

import io.seckill.stock.DecodedEntry;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jooq.DSLContext;

/** Activities that are known to be sold from by PostgreSQL too, which they stay. Thread-safe. */
final class ContestedActivities {
    /** With more, all are forgotten, and found out again. */
    private static final int MAX_KNOWN = 10_000;

    private static final String CONTESTED = """
            SELECT DISTINCT activity_id FROM allocations
            WHERE activity_id = ANY (?::bigint[]) AND shard = -1 AND contested
            """;

    private final Set<Long> known = ConcurrentHashMap.newKeySet();

    /** Those of a batch; costs next to nothing while there are none. */
    Set<Long> among(List<? extends DecodedEntry> lines) {
        Set<Long> found = new HashSet<>();
        if (known.isEmpty()) {
            return found;
        }
        for (DecodedEntry entry : lines) {
            if (entry instanceof DecodedEntry.OrderLine line && known.contains(line.activityId())) {
                found.add(line.activityId());
            }
        }
        return found;
    }

    void add(Collection<Long> activities) {
        if (known.size() > MAX_KNOWN) {
            known.clear();
        }
        known.addAll(activities);
    }

    /** Before a line is refused for what stands in its way: that may be what PostgreSQL sold, and then it is a contest. */
    static void requireHeld(DSLContext transaction, List<Refusal> refusals, Set<Long> held) {
        Long[] activities = refusals.stream()
                .map(Refusal::entry)
                .filter(DecodedEntry.OrderLine.class::isInstance)
                .map(entry -> ((DecodedEntry.OrderLine) entry).activityId())
                .filter(activity -> !held.contains(activity))
                .distinct()
                .toArray(Long[]::new);
        if (activities.length > 0) {
            Set<Long> found = new HashSet<>(
                    transaction.fetch(CONTESTED, (Object) activities).getValues(0, Long.class));
            if (!found.isEmpty()) {
                throw new FoundException(found);
            }
        }
    }

    /** Rolls a transaction back that did not wait for its turn of these activities. */
    static final class FoundException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient Set<Long> activities;

        FoundException(Set<Long> activities) {
            super("contested activities: " + activities, null, false, false);
            this.activities = activities;
        }

        Set<Long> activities() {
            return activities;
        }
    }
}
