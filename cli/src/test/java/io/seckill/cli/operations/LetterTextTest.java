package io.seckill.cli.operations;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import io.seckill.v1.DeadLetter;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class LetterTextTest {
    private static final DeadLetter LETTER = DeadLetter.newBuilder()
            .setDeadLetterId("0:1767225600000-0")
            .setReason("DATA_ERROR")
            .setSqlstate("23514")
            .setDetail("violates a check")
            .setAttempts(3)
            .setStream("stream:seckill:{1.0}:1001")
            .setStreamId("1767225500000-0")
            .setCreateTime(Timestamp.newBuilder().setSeconds(1_767_225_600))
            .putFields("uid", "42")
            .putFields("order", "a")
            .build();

    private final LetterText text = new LetterText(Instant.parse("2026-01-01T00:01:05Z"));

    @Test
    void tableHasALineForEachLetter() {
        assertThat(text.table(List.of(LETTER)))
                .containsExactly(
                        "id                 reason      attempts  sqlstate  stream                     entry            age    detail",
                        "0:1767225600000-0  DATA_ERROR         3     23514  stream:seckill:{1.0}:1001  1767225500000-0  1m 5s  violates a check");
    }

    @Test
    void letterIsShownWhole() {
        assertThat(text.lines(LETTER))
                .containsExactly(
                        "dead letter 0:1767225600000-0",
                        "  reason     DATA_ERROR, SQLSTATE 23514",
                        "  detail     violates a check",
                        "  attempts   3",
                        "  set aside  2026-01-01T00:00:00Z, 1m 5s ago",
                        "  entry      1767225500000-0 of stream:seckill:{1.0}:1001",
                        "  field  value",
                        "  order  a",
                        "  uid    42");
    }

    @Test
    void letterOfAnotherHandLeavesTheTerminalAlone() {
        DeadLetter letter = DeadLetter.newBuilder()
                .setDeadLetterId("1-0")
                .setDetail("x".repeat(100) + "\033[2J")
                .putFields("a\nb", "\033[31m")
                .setCreateTime(Timestamp.newBuilder().setSeconds(1_767_229_200))
                .build();

        assertThat(text.table(List.of(letter)).get(1))
                .endsWith("x".repeat(80) + "…")
                .contains("0ms");
        assertThat(text.lines(letter))
                .contains("  a b     [31m")
                .noneMatch(line -> line.chars().anyMatch(Character::isISOControl));
    }
}
