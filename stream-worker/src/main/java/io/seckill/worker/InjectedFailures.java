package io.seckill.worker;

import io.seckill.books.recording.Refusal;
import io.seckill.stock.DecodedEntry;
import io.seckill.stock.StreamGroup;
import java.sql.SQLException;
import java.util.List;
import org.jooq.exception.DataAccessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Fails the first deliveries of every entry as PostgreSQL refuses bad data. For development only. */
final class InjectedFailures implements LineInserter {
    /** Of no condition that PostgreSQL knows, in the class of data exceptions. */
    static final String SQL_STATE = "22SFI";

    private static final Logger log = LoggerFactory.getLogger(InjectedFailures.class);

    private final LineInserter store;
    private final StreamGroup group;
    private final int failures;

    InjectedFailures(LineInserter store, StreamGroup group, int failures) {
        this.store = store;
        this.group = group;
        this.failures = failures;
        log.warn("FAULT INJECTION IS ON: recording fails for the first {} deliveries of every entry", failures);
    }

    @Override
    public List<Refusal> insert(List<? extends DecodedEntry> lines) {
        for (DecodedEntry line : lines) {
            long delivery =
                    group.deliveries(line.source().stream(), line.source().id());
            if (delivery <= failures) {
                if (lines.size() == 1) {
                    log.warn(
                            "INJECTED FAULT: delivery {} of entry {} of {}",
                            delivery,
                            line.source().id(),
                            line.source().stream());
                }
                String message = "injected fault: delivery " + delivery + " of the first " + failures;
                throw new DataAccessException(message, new SQLException(message, SQL_STATE));
            }
        }
        return store.insert(lines);
    }
}
