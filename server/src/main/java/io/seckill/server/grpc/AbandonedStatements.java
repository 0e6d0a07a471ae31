package io.seckill.server.grpc;

import io.grpc.Context;
import io.grpc.Context.CancellationListener;
import io.seckill.server.failure.Reason;
import io.seckill.server.failure.RequestFailure;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor.DiscardPolicy;
import java.util.concurrent.TimeUnit;
import org.jooq.ExecuteContext;
import org.jooq.ExecuteListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops what PostgreSQL does for a call when its deadline passes or its client goes away, so that nobody's thread and
 * connection wait for what nobody waits for. Statements that are for no call are left alone. Thread-safe.
 */
public final class AbandonedStatements implements ExecuteListener {
    private static final long serialVersionUID = 1L;
    private static final Logger log = LoggerFactory.getLogger(AbandonedStatements.class);
    private static final String LISTENER = "io.seckill.abandoned-statements";

    /** Statements that wait to be stopped at most; others end by PostgreSQL's own limit. */
    private static final int MAX_WAITING = 1_000;

    private static final int IDLE_SECONDS = 10;

    /** Telling PostgreSQL takes a connection of its own, and so the time of a thread, which ends when it is idle. */
    private final transient ThreadPoolExecutor teller = new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MAX_WAITING),
            task -> {
                Thread thread = new Thread(task, "abandoned-statements");
                thread.setDaemon(true);
                return thread;
            },
            new DiscardPolicy());

    public AbandonedStatements() {
        teller.allowCoreThreadTimeOut(true);
    }

    @Override
    public void executeStart(ExecuteContext execution) {
        Context call = Context.current();
        if (call.isCancelled()) {
            throw givenUp();
        }
        Statement statement = execution.statement();
        if (statement != null) {
            CancellationListener stop = cancelled -> teller.execute(() -> stop(statement));
            execution.data(LISTENER, stop);
            call.addListener(stop, Runnable::run); // does nothing where there is no call
        }
    }

    private static void stop(Statement statement) {
        try {
            statement.cancel();
        } catch (SQLException e) {
            log.warn("PostgreSQL could not be told to stop what nobody waits for: {}", e.toString());
        }
    }

    @Override
    public void exception(ExecuteContext execution) {
        if (Context.current().isCancelled()) {
            execution.exception(givenUp());
        }
    }

    @Override
    public void end(ExecuteContext execution) {
        if (execution.data(LISTENER) instanceof CancellationListener stop) {
            Context.current().removeListener(stop);
        }
    }

    private static RequestFailure givenUp() {
        return RequestFailure.of(Reason.DEADLINE_EXCEEDED, "the caller did not wait for PostgreSQL");
    }
}
