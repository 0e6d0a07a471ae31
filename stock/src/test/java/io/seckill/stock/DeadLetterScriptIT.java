package io.seckill.stock;

import static io.seckill.stock.Ledger.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.stock.DeadLetterScript.Outcome;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.redisson.api.stream.StreamAddArgs;
import org.redisson.api.stream.StreamMessageId;
import org.redisson.api.stream.StreamRangeArgs;
import org.redisson.api.stream.StreamTrimArgs;

/** The contract of {@code dead_letter.lua}. */
class DeadLetterScriptIT {
    private static final String STREAM = "stream:seckill:{7.0}:1001";

    private final Ledger ledger = new Ledger();
    private final DeadLetterScript deadLetter = new DeadLetterScript(ledger.redis);
    private final StreamGroup group = new StreamGroup(ledger.redis, "worker-1");

    @AfterEach
    void close() {
        ledger.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {STREAM, "stream:seckill:1001"})
    void pendingEntryMovesWithItsFieldsOnce(String stream) {
        String id = pendingEntry(stream, Map.of("uid", "x", "ts", "1"));

        assertThat(await(deadLetter.move(stream, id, "MALFORMED", "uid: x", "", 1)))
                .isInstanceOf(Outcome.Moved.class);
        assertThat(await(deadLetter.move(stream, id, "MALFORMED", "uid: x", "", 1)))
                .isEqualTo(new Outcome.NotPending());

        assertThat(ledger.redis.stream(stream).size()).isZero();
        assertThat(ledger.redis.stream(stream).getPendingInfo(StockKeys.GROUP).getTotal())
                .isZero();
        assertThat(letters(stream))
                .singleElement()
                .satisfies(letter -> assertThat(letter)
                        .containsEntry("reason", "MALFORMED")
                        .containsEntry("detail", "uid: x")
                        .containsEntry("sqlstate", "")
                        .containsEntry("attempts", "1")
                        .containsEntry("stream", stream)
                        .containsEntry("id", id)
                        .containsEntry("f:uid", "x")
                        .containsEntry("f:ts", "1"));
    }

    @Test
    void entryWithTooManyFieldsIsCutAndSaysSo() {
        Map<String, String> fields = new HashMap<>();
        for (int i = 0; i < 6_000; i++) {
            fields.put("field" + i, "v");
        }
        String id = pendingEntry(STREAM, fields);

        assertThat(await(deadLetter.move(STREAM, id, "MALFORMED", "", "", 1))).isInstanceOf(Outcome.Moved.class);
        assertThat(letters(STREAM).get(0)).containsEntry("truncated", "5900").hasSize(107);
    }

    @Test
    void entryTrimmedFromTheStreamStillLeavesALetter() {
        String id = pendingEntry(STREAM, Map.of("uid", "1"));
        ledger.redis.stream(STREAM).trim(StreamTrimArgs.maxLen(0).noLimit());

        assertThat(await(deadLetter.move(STREAM, id, "TRIMMED", "", "", 1))).isInstanceOf(Outcome.Moved.class);
        assertThat(letters(STREAM).get(0)).containsEntry("id", id).doesNotContainKey("f:uid");
    }

    @Test
    void entryStaysPendingUntilItWasDeliveredOftenEnough() {
        String id = pendingEntry(STREAM, Map.of("uid", "1"));

        for (int attempts = 1; attempts < 3; attempts++) {
            assertThat(await(deadLetter.move(STREAM, id, "DATA_ERROR", "", "23514", 3)))
                    .isEqualTo(new Outcome.NotYet(attempts));
            assertThat(letters(STREAM)).isEmpty();
            assertThat(group.claim(STREAM, Duration.ZERO, StreamGroup.Claimed.START, 10)
                            .entries())
                    .hasSize(1);
        }

        assertThat(await(deadLetter.move(STREAM, id, "DATA_ERROR", "", "23514", 3)))
                .isInstanceOfSatisfying(
                        Outcome.Moved.class,
                        moved -> assertThat(letterIds(STREAM)).containsExactly(moved.letterId()));
        assertThat(letters(STREAM).get(0)).containsEntry("attempts", "3").containsEntry("sqlstate", "23514");
        assertThat(ledger.redis.stream(STREAM).size()).isZero();
    }

    private String pendingEntry(String stream, Map<String, String> fields) {
        group.ensure(stream);
        StreamMessageId id = ledger.redis.stream(stream).add(StreamAddArgs.entries(fields));
        assertThat(group.read(List.of(stream), 10, Duration.ZERO)).hasSize(1);
        return id.toString();
    }

    private List<Map<String, String>> letters(String stream) {
        return List.copyOf(range(stream).values());
    }

    private List<String> letterIds(String stream) {
        return range(stream).keySet().stream().map(StreamMessageId::toString).toList();
    }

    private Map<StreamMessageId, Map<String, String>> range(String stream) {
        return ledger.redis.stream(StockKeys.deadLettersOf(stream))
                .range(StreamRangeArgs.startId(StreamMessageId.MIN).endId(StreamMessageId.MAX));
    }
}
