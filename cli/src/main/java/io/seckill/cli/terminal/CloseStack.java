package io.seckill.cli.terminal;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What was opened, closed in reverse order, each even if another fails. Used by one thread; closing twice is safe. */
public final class CloseStack implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(CloseStack.class);

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    /** Adds what is to be closed before all that is here. */
    public <T extends AutoCloseable> T push(T resource) {
        opened.push(resource);
        return resource;
    }

    @Override
    public void close() {
        // What ends the work must not cut the tidying short.
        boolean interrupted = Thread.interrupted();
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception e) {
                log.warn("could not be closed in order", e);
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
