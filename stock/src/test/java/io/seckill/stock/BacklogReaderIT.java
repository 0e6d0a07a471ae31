package io.seckill.stock;

import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.embedded.SharedServers;
import io.seckill.stock.BacklogReader.Backlog;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.redisson.api.stream.StreamAddArgs;

class BacklogReaderIT {
    private static final ShardId SHARD = new ShardId(7, 0);
    private static final String FIRST = StockKeys.stream(SHARD, 1001);
    private static final String SECOND = StockKeys.stream(SHARD, 1002);

    private final StockRedis redis = StockRedis.connect(RedisSettings.of(SharedServers.freshRedisUrl()), "test");
    private final BacklogReader reader = new BacklogReader(redis);

    @AfterEach
    void close() {
        redis.close();
    }

    @Test
    void absentStreamsHoldNothing() {
        assertThat(reader.read(SHARD, List.of(1001L, 1002L))).isEqualTo(new Backlog(0, 0, 0));
    }

    @Test
    void entriesReadUnreadAndSetAsideAreCountedApart() {
        StreamGroup group = new StreamGroup(redis, "c1");
        group.ensure(FIRST);
        add(FIRST, 3);
        add(SECOND, 2);
        group.read(List.of(FIRST), 2, Duration.ZERO);
        add(StockKeys.deadLetters(SHARD), 1);

        assertThat(reader.read(SHARD, List.of(1001L, 1002L))).isEqualTo(new Backlog(5, 2, 1));
        assertThat(reader.read(SHARD, List.of(1002L))).isEqualTo(new Backlog(2, 0, 1));
    }

    private void add(String stream, int entries) {
        for (int i = 0; i < entries; i++) {
            redis.stream(stream).add(StreamAddArgs.entries(Map.of("n", Integer.toString(i))));
        }
    }
}
