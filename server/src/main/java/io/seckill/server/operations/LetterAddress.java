package io.seckill.server.operations;

import io.seckill.stock.StreamId;
import java.util.Comparator;

/**
 * Where one dead letter is, in the order in which letters were set aside.
 *
 * @param shard of the activity; 0 for a stream of another system
 * @param id in the shard's dead letters
 */
public record LetterAddress(int shard, StreamId id) implements Comparable<LetterAddress> {
    private static final Comparator<LetterAddress> ORDER =
            Comparator.comparing(LetterAddress::id).thenComparingInt(LetterAddress::shard);

    @Override
    public int compareTo(LetterAddress other) {
        return ORDER.compare(this, other);
    }
}
