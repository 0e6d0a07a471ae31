package io.seckill.stock;

import static io.seckill.stock.Ledger.SHARD;
import static io.seckill.stock.Ledger.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The contract of {@code describe_streams.lua}. */
class StreamInspectorIT {
    private static final String STREAM = StockKeys.stream(SHARD, 1001);
    private static final String LETTERS = StockKeys.deadLetters(SHARD);

    private final Ledger ledger = new Ledger();
    private final StreamInspector inspector = new StreamInspector(ledger.redis);
    private final StreamGroup first = new StreamGroup(ledger.redis, "first");
    private final StreamGroup second = new StreamGroup(ledger.redis, "second");

    @AfterEach
    void close() {
        ledger.close();
    }

    @Test
    void entriesReadAndNotReadAndTheirReadersAreTold() {
        first.ensure(STREAM);
        long hourAgo = Instant.now().minus(Duration.ofHours(1)).toEpochMilli();
        add(hourAgo, 5);
        first.read(List.of(STREAM), 1, Duration.ZERO);
        second.read(List.of(STREAM), 2, Duration.ZERO);

        StreamState state = describe(STREAM);

        assertThat(state.stream()).isEqualTo(STREAM);
        assertThat(state.grouped()).isTrue();
        assertThat(state.length()).isEqualTo(5);
        assertThat(state.lag()).isEqualTo(2);
        assertThat(state.pending()).isEqualTo(3);
        assertThat(state.oldestPendingAge())
                .hasValueSatisfying(age -> assertThat(age).isBetween(Duration.ofMinutes(59), Duration.ofMinutes(61)));
        assertThat(state.consumers()).extracting(StreamState.Consumer::name).containsExactly("second", "first");
        assertThat(state.consumers()).extracting(StreamState.Consumer::pending).containsExactly(2L, 1L);
        assertThat(state.consumers())
                .allSatisfy(consumer -> assertThat(consumer.idle()).isBetween(Duration.ZERO, Duration.ofMinutes(1)));
    }

    @Test
    void lagIsRightAlsoWhereRedisDoesNotKnowIt() {
        first.ensure(STREAM);
        add(1, 6);
        List<StreamEntry> read = first.read(List.of(STREAM), 4, Duration.ZERO);
        await(new AcknowledgeScript(ledger.redis)
                .acknowledge(
                        Map.of(STREAM, List.of(read.get(1).id(), read.get(3).id()))));
        assertThat(ledger.redis.stream(STREAM).listGroups().get(0).getLag())
                .as("what Redis itself says")
                .isZero();

        assertThat(describe(STREAM).lag()).isEqualTo(2);
        assertThat(describe(STREAM).pending()).isEqualTo(2);
    }

    @Test
    void recordedStreamIsEmptyAndItsOldestEntryNone() {
        first.ensure(STREAM);
        add(1, 2);
        List<StreamEntry> read = first.read(List.of(STREAM), 2, Duration.ZERO);
        await(new AcknowledgeScript(ledger.redis)
                .acknowledge(Map.of(STREAM, read.stream().map(StreamEntry::id).toList())));

        StreamState state = describe(STREAM);

        assertThat(List.of(state.length(), state.lag(), state.pending())).containsOnly(0L);
        assertThat(state.oldestPendingAge()).isEmpty();
        assertThat(state.consumers()).extracting(StreamState.Consumer::name).containsExactly("first");
    }

    @Test
    void streamWithoutAGroupAndNoStreamAtAllAreTold() {
        String absent = StockKeys.stream(SHARD, 1002);
        String text = StockKeys.stream(SHARD, 1003);
        ledger.command("XADD", LETTERS, "*", "reason", "a");
        ledger.command("SET", text, "a");

        List<StreamState> states = await(inspector.describe(List.of(absent, LETTERS, text)));

        assertThat(states).extracting(StreamState::stream).containsExactly(absent, LETTERS, text);
        assertThat(states).extracting(StreamState::length).containsExactly(0L, 1L, 0L);
        assertThat(states).extracting(StreamState::lag).containsExactly(0L, 1L, 0L);
        assertThat(states).noneMatch(StreamState::grouped);
    }

    @Test
    void ofVeryManyConsumersThoseWithTheMostPendingAreTold() {
        first.ensure(STREAM);
        add(1, 1);
        first.read(List.of(STREAM), 1, Duration.ZERO);
        for (int i = 0; i < 2 * StreamInspector.MAX_CONSUMERS; i++) {
            ledger.stream(1001).createConsumer(StockKeys.GROUP, "a" + i);
        }

        assertThat(describe(STREAM).consumers())
                .hasSize(StreamInspector.MAX_CONSUMERS)
                .first()
                .extracting(StreamState.Consumer::name)
                .isEqualTo("first");
    }

    private void add(long millis, int entries) {
        for (int i = 0; i < entries; i++) {
            ledger.command("XADD", STREAM, millis + "-" + (i + 1), "n", Integer.toString(i));
        }
    }

    private StreamState describe(String stream) {
        return await(inspector.describe(List.of(stream))).get(0);
    }
}
