package io.seckill.books.epochs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seckill.books.BooksBed;
import io.seckill.books.epochs.BuyerRestoration.Progress;
import io.seckill.books.orders.OrderTransitions;
import io.seckill.books.recording.LineRejection;
import io.seckill.embedded.FreePorts;
import io.seckill.embedded.RedisCommand;
import io.seckill.embedded.RedisProcess;
import io.seckill.embedded.SharedServers;
import io.seckill.stock.Answers;
import io.seckill.stock.BuyersReader;
import io.seckill.stock.CloseScript;
import io.seckill.stock.DecodedEntry.OrderLine;
import io.seckill.stock.FenceScript;
import io.seckill.stock.HeldOrder;
import io.seckill.stock.RedisSettings;
import io.seckill.stock.ReserveOrder;
import io.seckill.stock.StockRedis;
import io.seckill.stock.StockUnavailableException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What buyers hold comes back from PostgreSQL as it was. */
class BuyerRestorationIT {
    private static final List<Long> PRODUCTS = List.of(1001L, 1002L);
    private static final int MANY = 2_500;

    private final BooksBed bed = new BooksBed(100_000, 1001, 1002);
    private final StockRedis redis = StockRedis.connect(RedisSettings.of(SharedServers.freshRedisUrl()), "test");

    @AfterEach
    void close() {
        redis.close();
        bed.close();
    }

    @Test
    void ordersComeBackWithTheirLinesAndTheirFate() {
        UUID basket = UUID.randomUUID();
        OrderLine one = bed.line(basket, 1, 1001, 2, 2);
        OrderLine other = bed.line(basket, 1, 1002, 3, 2);
        bed.record(one, other);
        UUID cancelled = bed.order(2, 1001);
        new OrderTransitions(bed.database.sql()).cancel(BooksBed.ACTIVITY, 2, cancelled);
        OrderLine rejected = bed.line(UUID.randomUUID(), 3, 1001, 1, 1);
        new LineRejection(bed.database.sql()).reject(rejected, "DATA_ERROR");
        UUID half = UUID.randomUUID();
        OrderLine recordedHalf = bed.line(half, 4, 1001, 1, 2);
        OrderLine rejectedHalf = bed.line(half, 4, 1002, 1, 2);
        bed.record(recordedHalf);
        new LineRejection(bed.database.sql()).reject(rejectedHalf, "DATA_ERROR");

        assertThat(restoration().restore(() -> true)).isEqualTo(Progress.DONE);

        assertThat(held(1)).containsExactly(expected(false, one, other));
        assertThat(held(2)).singleElement().satisfies(order -> {
            assertThat(order.orderId()).isEqualTo(cancelled.toString());
            assertThat(order.released()).isTrue();
        });
        assertThat(held(3)).containsExactly(expected(true, rejected));
        assertThat(held(4)).containsExactly(expected(true, recordedHalf, rejectedHalf));
    }

    @Test
    void manyOrdersComeBackPageByPageAndFromTheBeginningIfRedisForgetsAgain() {
        OrderLine[] lines = new OrderLine[MANY];
        for (int user = 1; user <= MANY; user++) {
            lines[user - 1] = bed.line(UUID.randomUUID(), user, 1001, 1, 1);
        }
        bed.record(lines);
        BuyerRestoration restoration = restoration();
        assertThat(restoration.restore(() -> false)).isEqualTo(Progress.MORE);
        // As FLUSHALL would, of all that there is of this shard.
        Answers.await(new CloseScript(redis).close(BooksBed.SHARD, PRODUCTS));

        assertThat(restoration.restore(() -> true)).as("it notices").isEqualTo(Progress.MORE);
        assertThat(restoration.restore(() -> true)).isEqualTo(Progress.DONE);

        for (int user = 1; user <= MANY; user++) {
            assertThat(held(user)).as("user %d", user).containsExactly(expected(false, lines[user - 1]));
        }
    }

    @Test
    void aPageThatRedisRefusedIsNotLeftOut(@TempDir Path dir) {
        OrderLine[] lines = new OrderLine[MANY];
        for (int user = 1; user <= MANY; user++) {
            lines[user - 1] = bed.line(UUID.randomUUID(), user, 1001, 1, 1);
        }
        bed.record(lines);
        int port = FreePorts.next();
        try (RedisProcess process = RedisProcess.start(dir, port, Map.of());
                StockRedis own = StockRedis.connect(RedisSettings.of(process.url()), "own")) {
            BuyerRestoration restoration = new BuyerRestoration(bed.database.sql(), own, BooksBed.SHARD, 2, PRODUCTS);
            assertThat(restoration.restore(() -> false)).isEqualTo(Progress.MORE);
            RedisCommand.run(port, "CONFIG", "SET", "maxmemory", "1");
            assertThatThrownBy(() -> restoration.restore(() -> true)).isInstanceOf(StockUnavailableException.class);
            RedisCommand.run(port, "CONFIG", "SET", "maxmemory", "0");

            assertThat(restoration.restore(() -> true)).isEqualTo(Progress.DONE);

            BuyersReader buyers = new BuyersReader(own);
            for (int user = 1; user <= MANY; user++) {
                assertThat(Answers.await(buyers.read(BooksBed.SHARD, user)))
                        .as("user %d", user)
                        .containsExactly(expected(false, lines[user - 1]));
            }
        }
    }

    @Test
    void whoComesTooLateIsToldSo() {
        bed.order(1, 1001);
        Answers.await(new FenceScript(redis).fence(BooksBed.SHARD, 2, PRODUCTS));

        assertThat(restoration().restore(() -> true)).isEqualTo(Progress.TOO_LATE);
        assertThat(held(1)).isEmpty();
    }

    private BuyerRestoration restoration() {
        return new BuyerRestoration(bed.database.sql(), redis, BooksBed.SHARD, 2, PRODUCTS);
    }

    private List<HeldOrder> held(long user) {
        return Answers.await(new BuyersReader(redis).read(BooksBed.SHARD, user));
    }

    private static HeldOrder expected(boolean released, OrderLine... lines) {
        return new HeldOrder(
                lines[0].orderId().toString(),
                lines[0].requestId(),
                List.of(lines).stream()
                        .map(line -> new ReserveOrder.Line(line.productId(), line.quantity()))
                        .toList(),
                List.of(lines).stream().map(line -> line.source().id()).toList(),
                released);
    }
}
