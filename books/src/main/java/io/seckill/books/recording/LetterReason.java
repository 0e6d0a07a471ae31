package io.seckill.books.recording;

/** Why an entry cannot be recorded; the names stand in the dead letters. */
public enum LetterReason {
    /** It cannot be read. */
    MALFORMED,
    /** It contradicts what is recorded, or belongs to nothing that is. */
    CONFLICT,
    /** PostgreSQL refuses its data. */
    DATA_ERROR,
    /** Another order of its buyer, sold by the other of Redis and PostgreSQL at the same time, stands in its place. */
    SUPERSEDED
}
