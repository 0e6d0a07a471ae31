package io.seckill.books;

import java.sql.SQLException;
import java.sql.Statement;
import org.jooq.DSLContext;
import org.jooq.ExecuteContext;
import org.jooq.ExecuteListener;
import org.jooq.impl.DSL;
import org.postgresql.PGStatement;

/**
 * Has PostgreSQL plan each statement anew. A plan kept from when a table held a few rows reads the whole of it, and a
 * sale fills the table faster than PostgreSQL looks at its size.
 */
public final class FreshPlans implements ExecuteListener {
    private static final long serialVersionUID = 1L;
    private static final int NEVER_KEEP = 0;

    private FreshPlans() {}

    /** The same statements, planned anew each time. */
    public static DSLContext on(DSLContext sql) {
        return DSL.using(sql.configuration().deriveAppending(new FreshPlans()));
    }

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
