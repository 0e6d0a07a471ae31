package io.seckill.books.fallback;

/** PostgreSQL did not decide a batch, or did not say that it did. */
public final class DatabaseSaleException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean nothingSold;

    DatabaseSaleException(String message, Throwable cause, boolean nothingSold) {
        super(message, cause);
        this.nothingSold = nothingSold;
    }

    /** True if nothing of it was committed; false if the answer to the commit was lost. */
    public boolean nothingSold() {
        return nothingSold;
    }
}
