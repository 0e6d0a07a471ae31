package io.seckill.server.epochs;

import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.books.epochs.ExpectedPool.Spent;
import io.seckill.stock.Decision;
import io.seckill.stock.DecodedEntry.OrderLine;
import io.seckill.stock.ProductPool;
import io.seckill.stock.ReserveOrder;
import io.seckill.stock.ReserveOutcome;
import io.seckill.stock.ReserveReply;
import io.seckill.stock.ShardId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class WitnessTest {
    private static final ShardId SHARD = new ShardId(7, 0);
    private static final PoolKey KEY = new PoolKey(SHARD, 2);

    private final AtomicLong nanos = new AtomicLong();
    private final Witness witness = new Witness(nanos::get);

    @Test
    void aReplyThatSpentLessThanTheOneBeforeIsNotBelieved() {
        assertThat(witness.saw(SHARD, 2, reply(5))).isTrue();
        assertThat(witness.saw(SHARD, 2, reply(5))).isTrue();
        assertThat(witness.saw(SHARD, 2, reply(4))).isFalse();

        assertThat(witness.contradicted()).containsOnlyKeys(KEY);
        assertThat(witness.expected(KEY).spent()).isEqualTo(Map.of(1001L, new Spent(11, 5)));
        witness.told(KEY);
        assertThat(witness.contradicted()).isEmpty();
    }

    @Test
    void anEpochOfItsOwnBeginsAnew() {
        witness.saw(SHARD, 2, reply(5));

        assertThat(witness.saw(SHARD, 3, reply(1))).isTrue();
        assertThat(witness.pools()).containsExactlyInAnyOrder(KEY, new PoolKey(SHARD, 3));
    }

    @Test
    void anAcknowledgedOrderIsRememberedAsItsEntriesSayIt() {
        ReserveOrder order = order(42);
        Decision decision = accepted(order);
        witness.acknowledge(SHARD, 2, order, decision, reply(5));
        witness.acknowledge(SHARD, 3, order(43), decision, reply(5));
        witness.acknowledge(SHARD, 2, order(44), Decision.ended(), reply(5));

        assertThat(witness.acknowledged(KEY)).singleElement().satisfies(lines -> {
            OrderLine line = lines.get(0);
            assertThat(lines).hasSize(1);
            assertThat(line.orderId()).hasToString(order.orderId());
            assertThat(line.source().stream()).isEqualTo("stream:seckill:{7.0}:1001");
            assertThat(line.source().id()).isEqualTo("1767225600000-3");
            assertThat(line.userId()).isEqualTo(42);
            assertThat(line.requestId()).isEqualTo("r42");
            assertThat(line.quantity()).isEqualTo(2);
            assertThat(line.allocationId()).isEqualTo(11);
            assertThat(line.epoch()).isEqualTo(2);
            assertThat(line.decidedAt()).isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));
        });
    }

    @Test
    void theOldestOrdersDropOut() {
        Acknowledgements ring = new Acknowledgements(3);
        for (long user = 1; user <= 5; user++) {
            ReserveOrder order = order(user);
            ring.add(KEY, order, accepted(order), reply(5).products());
        }

        assertThat(ring.of(KEY)).extracting(lines -> lines.get(0).userId()).containsExactlyInAnyOrder(3L, 4L, 5L);
    }

    @Test
    void aPoolIsForgottenWhenItIsOverOrIdleForLongAndNotWhenMoreWasSeenMeanwhile() {
        witness.saw(SHARD, 2, reply(5));
        long before = witness.changes(KEY);
        witness.saw(SHARD, 2, reply(6));
        witness.forget(KEY, before);
        witness.forgetIfIdle(KEY);
        assertThat(witness.pools()).containsExactly(KEY);

        nanos.addAndGet(Duration.ofMinutes(11).toNanos());
        witness.forgetIfIdle(KEY);
        assertThat(witness.pools()).isEmpty();
        witness.saw(SHARD, 2, reply(6));
        witness.forget(KEY, witness.changes(KEY));
        assertThat(witness.pools()).isEmpty();
    }

    @Test
    void aMissingPoolIsGivenOnce() {
        witness.missed(SHARD);
        witness.missed(SHARD);

        assertThat(witness.takeMissing()).containsExactly(SHARD);
        assertThat(witness.takeMissing()).isEmpty();
    }

    private static ReserveReply.Decided reply(long cum) {
        return new ReserveReply.Decided(List.of(), Map.of(1001L, new ProductPool(11, cum, 1)), true);
    }

    private static ReserveOrder order(long user) {
        return new ReserveOrder(
                user, UUID.randomUUID().toString(), "r" + user, List.of(new ReserveOrder.Line(1001, 2)));
    }

    private static Decision accepted(ReserveOrder order) {
        return new Decision(ReserveOutcome.ACCEPTED, order.orderId(), List.of("1767225600000-3"), 0, Duration.ZERO);
    }
}
