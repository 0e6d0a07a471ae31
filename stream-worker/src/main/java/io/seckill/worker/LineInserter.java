package io.seckill.worker;

import io.seckill.books.recording.Refusal;
import io.seckill.stock.DecodedEntry;
import java.util.List;

/** Whatever writes lines: PostgreSQL, or PostgreSQL behind injected faults. */
interface LineInserter {
    /** Records lines; see {@link io.seckill.books.recording.LineStore#insert}. */
    List<Refusal> insert(List<? extends DecodedEntry> lines);
}
