package io.seckill.server.limits;

import java.util.concurrent.atomic.AtomicInteger;

/** A number of places that are taken and left again. Thread-safe; never waits, and makes nothing. */
public final class Places {
    private final int limit;
    private final AtomicInteger taken = new AtomicInteger();

    public Places(int limit) {
        this.limit = limit;
    }

    /** Takes a place, unless there is none. Who gets true must {@link #leave} it, once. */
    public boolean take() {
        if (taken.incrementAndGet() <= limit) {
            return true;
        }
        taken.decrementAndGet();
        return false;
    }

    public void leave() {
        taken.decrementAndGet();
    }

    /** Places that are taken at this moment, for a moment perhaps one more than there are. */
    public int taken() {
        return taken.get();
    }

    public int limit() {
        return limit;
    }
}
