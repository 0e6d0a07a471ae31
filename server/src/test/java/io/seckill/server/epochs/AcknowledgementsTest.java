package io.seckill.server.epochs;

import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.stock.Decision;
import io.seckill.stock.DecodedEntry.OrderLine;
import io.seckill.stock.ProductPool;
import io.seckill.stock.ReserveOrder;
import io.seckill.stock.ReserveOutcome;
import io.seckill.stock.ShardId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class AcknowledgementsTest {
    private static final PoolKey KEY = new PoolKey(new ShardId(7, 3), 2);
    private static final Map<Long, ProductPool> STAND =
            Map.of(1001L, new ProductPool(11, 500, 1), 1002L, new ProductPool(12, 600, 2));

    @Test
    void eachLineOfABasketComesBackAsItsEntrySaidIt() {
        Acknowledgements ring = new Acknowledgements(4);
        ReserveOrder order = basket(Long.MAX_VALUE, "秒杀-🎫-é");
        ring.add(KEY, order, accepted(order), STAND);

        List<OrderLine> lines = ring.of(KEY).get(0);

        assertThat(lines).extracting(line -> line.orderId().toString()).containsOnly(order.orderId());
        assertThat(lines).extracting(OrderLine::requestId).containsOnly("秒杀-🎫-é");
        assertThat(lines).extracting(OrderLine::userId).containsOnly(Long.MAX_VALUE);
        assertThat(lines).extracting(OrderLine::productId).containsExactly(1001L, 1002L);
        assertThat(lines).extracting(OrderLine::quantity).containsExactly(2, 9);
        assertThat(lines).extracting(OrderLine::allocationId).containsExactly(11L, 12L);
        assertThat(lines)
                .extracting(line -> line.source().stream())
                .containsExactly("stream:seckill:{7.3}:1001", "stream:seckill:{7.3}:1002");
        assertThat(lines).extracting(line -> line.source().id()).containsExactly("1767225600000-3", "1767225600001-0");
        assertThat(lines.get(1).decidedAt()).isEqualTo(Instant.parse("2026-01-01T00:00:00.001Z"));
    }

    @Test
    void aShortOrderInTheRoomOfALongOneIsWhole() {
        Acknowledgements ring = new Acknowledgements(1);
        ReserveOrder basket = basket(1, "a request id that takes some room");
        ReserveOrder single =
                new ReserveOrder(2, UUID.randomUUID().toString(), "", List.of(new ReserveOrder.Line(1001, 1)));
        ring.add(KEY, basket, accepted(basket), STAND);
        ring.add(KEY, single, accepted(single), STAND);

        assertThat(ring.of(KEY)).singleElement().satisfies(lines -> {
            assertThat(lines).hasSize(1);
            assertThat(lines.get(0).userId()).isEqualTo(2);
            assertThat(lines.get(0).requestId()).isEmpty();
        });
        assertThat(ring.of(new PoolKey(KEY.shard(), 3))).isEmpty();
    }

    private static ReserveOrder basket(long user, String requestId) {
        return new ReserveOrder(
                user,
                UUID.randomUUID().toString(),
                requestId,
                List.of(new ReserveOrder.Line(1001, 2), new ReserveOrder.Line(1002, 9)));
    }

    private static Decision accepted(ReserveOrder order) {
        return new Decision(
                ReserveOutcome.ACCEPTED,
                order.orderId(),
                List.of("1767225600000-3", "1767225600001-0")
                        .subList(0, order.lines().size()),
                0,
                Duration.ZERO);
    }
}
