package io.seckill.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.books.orders.OrderTransitions;
import io.seckill.books.recording.LineRejection;
import io.seckill.books.recording.LineStore;
import io.seckill.stock.DecodedEntry;
import io.seckill.stock.EntryCodec;
import io.seckill.stock.StreamEntry;
import java.util.ArrayList;
import java.util.List;
import org.redisson.api.stream.StreamMessageId;
import org.redisson.api.stream.StreamRangeArgs;
import org.redisson.client.codec.StringCodec;

/** What workers do with a sale, done when a test says so. */
final class Recording {
    private final TestServer test;

    Recording(TestServer test) {
        this.test = test;
    }

    /** Records what stands in the streams of some products. */
    void record(long activity, long... products) {
        assertThat(new LineStore(test.database.sql()).insert(lines(activity, products)))
                .isEmpty();
    }

    /** Rejects the lines that stand in the streams of some products. */
    void reject(long activity, long... products) {
        LineRejection rejection = new LineRejection(test.database.sql());
        lines(activity, products).forEach(line -> rejection.reject(line, "DATA_ERROR"));
    }

    /** Has an order expire now. */
    void expire(String orderId) {
        test.database
                .sql()
                .execute(
                        "UPDATE orders SET expires_at = now() - interval '1 second' WHERE order_id = ?::uuid", orderId);
        assertThat(new OrderTransitions(test.database.sql()).expireDue(100)).isPositive();
    }

    private List<DecodedEntry.OrderLine> lines(long activity, long... products) {
        List<DecodedEntry.OrderLine> lines = new ArrayList<>();
        for (long product : products) {
            String stream = "stream:seckill:{" + activity + ".0}:" + product;
            test.redis
                    .<String, String>getStream(stream, StringCodec.INSTANCE)
                    .range(StreamRangeArgs.startId(StreamMessageId.MIN).endId(StreamMessageId.MAX))
                    .forEach((id, fields) -> lines.add((DecodedEntry.OrderLine)
                            EntryCodec.decode(new StreamEntry(stream, id.toString(), fields))));
        }
        return lines;
    }
}
