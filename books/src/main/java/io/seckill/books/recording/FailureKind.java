package io.seckill.books.recording;

import io.seckill.stock.StockUnavailableException;
import java.sql.SQLException;
import java.util.Set;

/** Whether trying again can help. */
public enum FailureKind {
    /** The database or the way to it: waiting helps, and no entry is to blame. */
    TRANSIENT,
    /** An entry that PostgreSQL refuses: the same entry will be refused again. */
    DATA;

    /**
     * Cardinality violations, data exceptions, integrity constraint violations, check options of views, and what triggers
     * raise.
     */
    private static final Set<String> DATA_CLASSES = Set.of("21", "22", "23", "44", "P0");

    private static final int CLASS_LENGTH = 2;
    private static final int MAX_CAUSES = 20;
    private static final int MAX_LENGTH = 300;

    /** What is not known to be an entry's fault is transient, so that nothing is set aside by mistake. */
    public static FailureKind of(Throwable failure) {
        String state = sqlState(failure);
        return state.length() > CLASS_LENGTH && DATA_CLASSES.contains(state.substring(0, CLASS_LENGTH))
                ? DATA
                : TRANSIENT;
    }

    /** The SQLSTATE of a failure, or empty if it has none. */
    public static String sqlState(Throwable failure) {
        Throwable cause = failure;
        for (int i = 0; i < MAX_CAUSES && cause != null; i++) {
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                return sql.getSQLState();
            }
            cause = cause.getCause();
        }
        return "";
    }

    /** The beginning of what the innermost cause of ours or a driver's says: it may add all that it was sent. */
    public static String firstLine(Throwable failure) {
        Throwable root = failure;
        for (int i = 0;
                i < MAX_CAUSES && root.getCause() != null && !(root instanceof StockUnavailableException);
                i++) {
            root = root.getCause();
        }
        String name = root.getClass().getSimpleName();
        String line = root.getMessage() == null
                ? name
                : root.getMessage().lines().findFirst().orElse(name);
        return line.substring(0, Math.min(line.length(), MAX_LENGTH));
    }
}
