package io.seckill.books.recording;

import static io.seckill.migrations.jooq.Tables.ALLOCATIONS;

import io.seckill.books.orders.UnitsBack;
import io.seckill.stock.DecodedEntry;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.Record2;

/** What a batch of inserted lines changes in the books. */
final class Booking {
    /** Once its epoch is closed, units are recorded out of its quarantine and of nothing else. */
    private static final String SPEND = """
            WITH locked AS (SELECT id FROM allocations WHERE id = ANY (?::bigint[]) ORDER BY id FOR NO KEY UPDATE)
            UPDATE allocations allocation
            SET persisted = allocation.persisted + spent.units,
                quarantined = allocation.quarantined - CASE WHEN allocation.closed_at IS NULL THEN 0 ELSE spent.units END
            FROM locked JOIN unnest(?::bigint[], ?::bigint[]) AS spent (id, units) ON spent.id = locked.id
            WHERE allocation.id = locked.id
            RETURNING allocation.activity_id,
                allocation.contested OR EXISTS (SELECT FROM allocations own
                    WHERE (own.activity_id, own.product_id, own.shard) = (allocation.activity_id, allocation.product_id, -1)
                        AND own.contested)
            """;

    /** Lines that were rejected before and are recorded after all: whether their units went back then. */
    private static final String NO_LONGER_REJECTED = """
            DELETE FROM rejected_lines rejected
            USING unnest(?::text[], ?::bigint[], ?::text[]) AS line (stream, epoch, stream_id)
            WHERE (rejected.stream, rejected.epoch, rejected.stream_id) = (line.stream, line.epoch, line.stream_id)
            RETURNING rejected.stream, rejected.stream_id, rejected.units_returned
            """;

    private static final String FAILED = "FAILED";

    private final Map<Long, Long> spent = new TreeMap<>();
    private final UnitsBack back = new UnitsBack();

    /**
     * Adds up what was inserted.
     *
     * @param statuses of the lines that were inserted; a line that arrives after its order came to nothing is FAILED,
     *     and its units go back at once
     */
    static Booking of(DSLContext transaction, List<? extends DecodedEntry> lines, Map<EntryKey, String> statuses) {
        Map<EntryKey, DecodedEntry.OrderLine> inserted = new LinkedHashMap<>();
        for (DecodedEntry entry : lines) {
            if (entry instanceof DecodedEntry.OrderLine line && statuses.containsKey(EntryKey.of(line))) {
                inserted.put(EntryKey.of(line), line);
            }
        }
        Map<EntryKey, DecodedEntry.OrderLine> failed = new LinkedHashMap<>(inserted);
        failed.keySet().removeIf(key -> !FAILED.equals(statuses.get(key)));
        Set<EntryKey> bookedBefore = bookedBefore(transaction, failed);
        Booking booking = new Booking();
        inserted.forEach((key, line) -> {
            if (!bookedBefore.contains(key)) {
                booking.add(line, failed.containsKey(key));
            }
        });
        return booking;
    }

    /** Adds up lines that are all new, of orders that stand. */
    static Booking ofNew(List<DecodedEntry.OrderLine> lines) {
        Booking booking = new Booking();
        lines.forEach(line -> booking.add(line, false));
        return booking;
    }

    private static Set<EntryKey> bookedBefore(DSLContext transaction, Map<EntryKey, DecodedEntry.OrderLine> failed) {
        Set<EntryKey> keys = new HashSet<>();
        if (failed.isEmpty()) {
            return keys;
        }
        Object[] columns = {
            failed.keySet().stream().map(EntryKey::stream).toArray(String[]::new),
            failed.values().stream().map(DecodedEntry.OrderLine::epoch).toArray(Long[]::new),
            failed.keySet().stream().map(EntryKey::id).toArray(String[]::new)
        };
        for (Record row : transaction.fetch(NO_LONGER_REJECTED, columns)) {
            if (row.get(2, Boolean.class)) {
                keys.add(new EntryKey(row.get(0, String.class), row.get(1, String.class)));
            }
        }
        return keys;
    }

    private void add(DecodedEntry.OrderLine line, boolean failed) {
        spent.merge(line.allocationId(), (long) line.quantity(), Long::sum);
        if (failed) {
            back.add(line.allocationId(), line.quantity());
        }
    }

    /**
     * Writes it. The allocations come last, since all lines of a product meet there.
     *
     * @param held the activities of which the transaction has its {@link DatabaseTurn}; fails for a contested one that is not
     *     among them, since only this late is it certain that none became so in between
     */
    void apply(DSLContext transaction, Set<Long> held) {
        if (spent.isEmpty()) {
            return;
        }
        back.toItems(transaction);
        Long[] ids = spent.keySet().toArray(Long[]::new);
        Set<Long> contested = new HashSet<>();
        int updated = 0;
        for (Record2<Long, Boolean> row : transaction
                .resultQuery(SPEND, ids, ids, spent.values().toArray(Long[]::new))
                .coerce(ALLOCATIONS.ACTIVITY_ID, ALLOCATIONS.CONTESTED)) {
            updated++;
            if (row.value2() && !held.contains(row.value1())) {
                contested.add(row.value1());
            }
        }
        if (updated != ids.length) {
            throw new IllegalStateException("allocations: " + updated + " of " + ids.length + " were there");
        }
        if (!contested.isEmpty()) {
            throw new ContestedActivities.FoundException(contested);
        }
        back.cancelledInAllocations(transaction);
    }
}
