package io.seckill.books.recording;

import java.sql.SQLException;
import java.sql.Statement;
import org.jooq.ExecuteContext;
import org.jooq.ExecuteListener;
import org.postgresql.PGStatement;

/**
 * Has PostgreSQL plan each statement anew. A plan kept from when a table held a few rows reads the whole of it, and a
 * sale fills the table faster than PostgreSQL looks at its size.
 */
final class FreshPlans implements ExecuteListener {
    private static final long serialVersionUID = 1L;
    private static final int NEVER_KEEP = 0;

    @Override
    public void prepareEnd(ExecuteContext context) {
        Statement statement = context.statement();
        if (statement == null) {
            return;
        }
        try {
            statement.unwrap(PGStatement.class).setPrepareThreshold(NEVER_KEEP);
        } catch (SQLException e) {
            context.sqlException(e);
        }
    }
}
