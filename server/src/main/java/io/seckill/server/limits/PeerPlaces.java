package io.seckill.server.limits;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A number of places for each peer. Remembers only peers that have taken some, so that it is bounded by what is under way.
 * Thread-safe; never waits.
 *
 * @param <P> names a peer
 */
public final class PeerPlaces<P> {
    private final int limit;
    private final ConcurrentMap<P, AtomicInteger> peers = new ConcurrentHashMap<>();

    /** @param limit places of one peer; 0 for any number */
    public PeerPlaces(int limit) {
        this.limit = limit;
    }

    /** Takes a place of a peer, unless it has none left. Who gets true must {@link #leave} it, once. */
    public boolean take(P peer) {
        if (limit == 0) {
            return true;
        }
        if (peers.compute(peer, PeerPlaces::oneMore).get() <= limit) {
            return true;
        }
        leave(peer);
        return false;
    }

    /** Leaves a place that {@link #take} gave. */
    public void leave(P peer) {
        if (limit > 0) {
            peers.computeIfPresent(peer, PeerPlaces::oneLess);
        }
    }

    private static AtomicInteger oneMore(Object peer, @Nullable AtomicInteger known) {
        AtomicInteger taken = known == null ? new AtomicInteger() : known;
        taken.incrementAndGet();
        return taken;
    }

    private static @Nullable AtomicInteger oneLess(Object peer, AtomicInteger taken) {
        return taken.decrementAndGet() == 0 ? null : taken;
    }

    public int limit() {
        return limit;
    }

    /** Peers that have taken places at this moment. */
    int peers() {
        return peers.size();
    }
}
