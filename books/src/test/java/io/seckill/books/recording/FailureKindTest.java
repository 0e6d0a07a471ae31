package io.seckill.books.recording;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.jooq.exception.DataAccessException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FailureKindTest {
    @ParameterizedTest
    @ValueSource(strings = {"21000", "22003", "22008", "22P02", "23502", "23503", "23505", "23514", "44000", "P0001"})
    void refusedDataIsTheEntrysFault(String state) {
        assertThat(FailureKind.of(failure(state))).isEqualTo(FailureKind.DATA);
        assertThat(FailureKind.sqlState(failure(state))).isEqualTo(state);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "08000", "08003", "08006", "25006", "25P03", "40001", "40P01", "42P01", "42501", "53100", "53300",
                "55P03", "57014", "57P01", "57P03", "58030", "XX000", "22", ""
            })
    void everythingElseIsNot(String state) {
        assertThat(FailureKind.of(failure(state))).isEqualTo(FailureKind.TRANSIENT);
    }

    @Test
    void failuresWithoutSqlStateAreTransient() {
        assertThat(FailureKind.of(new DataAccessException("pool", new SQLTransientConnectionException("timed out"))))
                .isEqualTo(FailureKind.TRANSIENT);
        assertThat(FailureKind.of(new IllegalStateException(new IOException("cut off"))))
                .isEqualTo(FailureKind.TRANSIENT);
        assertThat(FailureKind.of(new NullPointerException())).isEqualTo(FailureKind.TRANSIENT);
    }

    @Test
    void firstLineIsThatOfTheInnermostCauseAndShort() {
        assertThat(FailureKind.firstLine(failure("23514"))).isEqualTo("refused");
        assertThat(FailureKind.firstLine(new IllegalStateException(new InterruptedException())))
                .isEqualTo("InterruptedException");
        assertThat(FailureKind.firstLine(new IllegalStateException("x".repeat(10_000))))
                .hasSizeLessThan(1_000);
    }

    private static RuntimeException failure(String state) {
        return new DataAccessException("sql", new SQLException("refused\n  Detail: more", state));
    }
}
