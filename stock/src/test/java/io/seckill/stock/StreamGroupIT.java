package io.seckill.stock;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.redisson.api.stream.StreamAddArgs;

class StreamGroupIT {
    private static final int MANY = 300;

    private final Ledger ledger = new Ledger();
    private final StreamGroup group = new StreamGroup(ledger.redis, "reader");

    @AfterEach
    void close() {
        ledger.close();
    }

    @Test
    void clockOfRedisIsReadHoweverOftenItIsAsked() {
        Instant last = Instant.EPOCH;
        for (int i = 0; i < MANY; i++) {
            Instant now = group.time();
            assertThat(now).isAfterOrEqualTo(last);
            last = now;
        }
        assertThat(Duration.between(last, Instant.now()).abs()).isLessThan(Duration.ofMinutes(1));
    }

    @Test
    void readOfOneSlotThatFailsLeavesTheOthersWhatTheyFound() {
        group.ensure("stream:seckill:1");
        group.ensure("stream:seckill:2");
        ledger.redis.stream("stream:seckill:1").add(StreamAddArgs.entry("uid", "1"));
        ledger.redis.stream("stream:seckill:2").add(StreamAddArgs.entry("uid", "2"));

        List<StreamGroup.Read> reads = group.readSlots(
                List.of(
                        List.of("stream:seckill:1", "stream:seckill:2"),
                        List.of("stream:seckill:nobody"),
                        List.of("stream:seckill:2")),
                10);

        assertThat(reads.get(0).entries())
                .extracting(StreamEntry::fields)
                .containsExactlyInAnyOrder(Map.of("uid", "1"), Map.of("uid", "2"));
        assertThat(reads.get(1).failure()).hasValueSatisfying(failure -> {
            assertThat(failure.errorCode()).isEqualTo("NOGROUP");
            assertThat(failure.masterIsAway()).isFalse();
        });
        assertThat(reads.get(2).failure()).isEmpty();
    }

    @Test
    void whoAnswersIsKnownWithoutAFailure() {
        assertThat(group.answers("stream:seckill:1").join()).isTrue();
        assertThat(group.hasSeveralMasters()).isFalse();
    }
}
