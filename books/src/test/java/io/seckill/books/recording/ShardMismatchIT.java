package io.seckill.books.recording;

import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.books.BooksBed;
import io.seckill.stock.DecodedEntry;
import io.seckill.stock.EntryCodec;
import io.seckill.stock.ShardId;
import io.seckill.stock.StockKeys;
import io.seckill.stock.StreamEntry;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A line is booked only to an allocation of the shard that its stream is of. */
class ShardMismatchIT {
    private final UUID order = UUID.randomUUID();
    private BooksBed bed;

    @BeforeEach
    void open() {
        bed = new BooksBed(10, 1001);
        bed.execute("INSERT INTO pools VALUES (7, 1, ?)", BooksBed.EPOCH);
    }

    @AfterEach
    void close() {
        bed.assertBooksAddUp();
        bed.close();
    }

    @Test
    void lineOfAnotherShardsAllocationIsRefused() {
        List<Refusal> refusals = new LineStore(bed.database.sql()).insert(List.of(line(1)));

        assertThat(refusals).hasSize(1);
        assertThat(refusals.get(0).reason()).isEqualTo(LetterReason.DATA_ERROR);
        assertThat(refusals.get(0).detail()).contains("shard");
        assertThat(bed.number("SELECT count(*) FROM seckill_logs")).isZero();
        assertThat(new LineStore(bed.database.sql()).insert(List.of(line(0))))
                .as("in its own shard")
                .isEmpty();
    }

    @Test
    void rejectedLineOfAnotherShardsAllocationGivesNoUnitsBack() {
        assertThat(new LineRejection(bed.database.sql()).reject(line(1), "DATA_ERROR"))
                .isTrue();
        assertThat(bed.unallocated(1001)).isZero();
        assertThat(bed.number("SELECT persisted FROM allocations")).isZero();
    }

    private DecodedEntry.OrderLine line(int shard) {
        long allocation = bed.number("SELECT id FROM allocations WHERE product_id = 1001 AND shard = 0");
        return (DecodedEntry.OrderLine) EntryCodec.decode(new StreamEntry(
                StockKeys.stream(new ShardId(BooksBed.ACTIVITY, shard), 1001),
                "5-0",
                Map.of(
                        "order", order.toString(),
                        "uid", "42",
                        "rid", "r",
                        "qty", "1",
                        "line", "1",
                        "lines", "1",
                        "alloc", Long.toString(allocation),
                        "epoch", Long.toString(BooksBed.EPOCH),
                        "cum", "1",
                        "ts", "1767225600000")));
    }
}
