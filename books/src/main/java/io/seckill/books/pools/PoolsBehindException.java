package io.seckill.books.pools;

/** Redis did not follow what is written in PostgreSQL; it is remembered there and may be tried again. */
public final class PoolsBehindException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PoolsBehindException(String message) {
        super(message);
    }
}
