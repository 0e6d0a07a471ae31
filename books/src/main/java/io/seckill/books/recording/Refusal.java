package io.seckill.books.recording;

import io.seckill.stock.DecodedEntry;

/**
 * An entry that may not be recorded.
 *
 * @param detail the reason in a sentence
 * @param sqlState of the failure, or empty
 */
public record Refusal(DecodedEntry entry, LetterReason reason, String detail, String sqlState) {}
