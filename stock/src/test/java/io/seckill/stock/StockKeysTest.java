package io.seckill.stock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StockKeysTest {
    private static final ShardId SHARD = new ShardId(7, 0);

    @Test
    void keysOfOneShardShareItsHashTag() {
        assertThat(StockKeys.pool(SHARD)).isEqualTo("seckill:{7.0}:pool");
        assertThat(StockKeys.buyers(SHARD)).isEqualTo("seckill:{7.0}:buyers");
        assertThat(StockKeys.grants(SHARD)).isEqualTo("seckill:{7.0}:grants");
        assertThat(StockKeys.rates(SHARD, 1)).isEqualTo("seckill:{7.0}:rates:1");
        assertThat(StockKeys.stream(SHARD, 1001)).isEqualTo("stream:seckill:{7.0}:1001");
        assertThat(StockKeys.deadLetters(SHARD)).isEqualTo("stream:seckill:{7.0}:dlq");
    }

    @Test
    void deadLettersStandInTheSlotOfTheirStream() {
        assertThat(StockKeys.deadLettersOf("stream:seckill:{7.0}:1001")).isEqualTo("stream:seckill:{7.0}:dlq");
        assertThat(StockKeys.deadLettersOf("stream:seckill:1001")).isEqualTo("{stream:seckill:1001}:dlq");
    }

    @Test
    void productOfAStreamIsTheEndOfItsName() {
        assertThat(StockKeys.productOf("stream:seckill:{7.0}:1001")).isEqualTo(OptionalLong.of(1001));
        assertThat(StockKeys.productOf("stream:seckill:1001")).isEqualTo(OptionalLong.of(1001));
        assertThat(StockKeys.productOf("stream:seckill:{7.0}:dlq")).isEmpty();
        assertThat(StockKeys.productOf(StockKeys.stream(SHARD, Long.MAX_VALUE)))
                .isEqualTo(OptionalLong.of(Long.MAX_VALUE));
        assertThat(StockKeys.productOf("stream:seckill:{7.0}:9223372036854775808"))
                .isEmpty();
        assertThat(StockKeys.productOf("orders")).isEmpty();
    }

    @Test
    void usersSpreadEvenlyAndAlwaysComeHome() {
        int shards = 8;
        int[] users = new int[shards];
        for (long user = 1; user <= 80_000; user++) {
            ShardId home = ShardId.home(7, user, shards);
            assertThat(home).isEqualTo(ShardId.home(7, user, shards));
            users[home.shard()]++;
        }
        assertThat(IntStream.of(users).boxed()).allMatch(count -> count > 9_500 && count < 10_500);
    }

    @Test
    void whatPostgresSoldIsNamedAfterItsOrderAndStandsInNoStream() {
        ShardId home = new ShardId(7, 3);
        assertThat(StockKeys.streamOf(home, 1001, "1767225600000-0")).isEqualTo("stream:seckill:{7.3}:1001");
        String sold = StockKeys.streamOf(home, 1001, "00000000-0000-7000-8000-000000000042");
        assertThat(sold).isEqualTo("database:seckill:{7}:1001");
        assertThat(StockKeys.isShardStream(sold)).isFalse();
        assertThat(StockKeys.productOf(sold)).isEmpty();
    }
}
