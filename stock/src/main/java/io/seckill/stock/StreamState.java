package io.seckill.stock;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What Redis says of a stream and of the group {@link StockKeys#GROUP}.
 *
 * @param grouped whether the stream has the group
 * @param length entries in the stream
 * @param lag entries that the group has not read
 * @param pending entries read and not acknowledged
 * @param oldestPendingAge how long ago the oldest of these was put into the stream
 * @param oldestUnreadAge how long ago the oldest entry that the group has not read was put there; without a group, the oldest
 * @param consumers those with the most pending first; not all if there are very many
 */
public record StreamState(
        String stream,
        boolean grouped,
        long length,
        long lag,
        long pending,
        Optional<Duration> oldestPendingAge,
        Optional<Duration> oldestUnreadAge,
        List<Consumer> consumers) {
    public StreamState {
        consumers = List.copyOf(consumers);
    }

    /**
     * One reader of the group.
     *
     * @param pending entries read by it and not acknowledged
     * @param idle how long ago it last read or claimed something; Redis 7.0 does not count asking in vain
     */
    public record Consumer(String name, long pending, Duration idle) {}
}
