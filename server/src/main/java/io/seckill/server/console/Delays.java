package io.seckill.server.console;

import io.seckill.stock.StockKeys;
import io.seckill.v1.DescribeStreamsResponse;
import io.seckill.v1.StreamDescription;
import java.time.Duration;

/**
 * How far workers are behind a sale at this moment.
 *
 * @param queue how long ago the oldest decision was made that nobody has read
 * @param record how long ago the oldest decision was made that is not durable
 */
record Delays(Duration queue, Duration record) {
    /** Nothing waits. */
    static final Delays NONE = new Delays(Duration.ZERO, Duration.ZERO);

    static Delays of(DescribeStreamsResponse streams) {
        Duration queue = Duration.ZERO;
        Duration record = Duration.ZERO;
        for (StreamDescription stream : streams.getStreamsList()) {
            if (StockKeys.productOf(stream.getStream()).isPresent()) {
                queue = longer(queue, duration(stream.getOldestUnreadAge()));
                record = longer(record, duration(stream.getOldestPendingAge()));
            }
        }
        return new Delays(queue, longer(queue, record));
    }

    static Duration duration(com.google.protobuf.Duration age) {
        return Duration.ofSeconds(age.getSeconds(), age.getNanos());
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }
}
