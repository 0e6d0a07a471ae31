package io.seckill.books.recording;

import io.seckill.stock.DecodedEntry;

/** What tells entries apart within one transaction, where all entries of a stream are of its present. */
record EntryKey(String stream, String id) {
    static EntryKey of(DecodedEntry entry) {
        return new EntryKey(entry.source().stream(), entry.source().id());
    }
}
