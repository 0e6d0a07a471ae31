package io.seckill.stock;

import static io.seckill.stock.Ledger.SHARD;
import static io.seckill.stock.Ledger.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.stock.DeadLetterReader.Start;
import io.seckill.stock.RenewLetterScript.Renewed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The contract of {@code renew_letter.lua}. */
class RenewLetterScriptIT {
    private static final String LETTERS = StockKeys.deadLetters(SHARD);
    private static final StreamId OLD = new StreamId(5, 1);

    private final Ledger ledger = new Ledger();
    private final RenewLetterScript renew = new RenewLetterScript(ledger.redis);

    @AfterEach
    void close() {
        ledger.close();
    }

    @Test
    void renewedLetterHasTheSameEntryAndOneAttemptMore() {
        ledger.command(
                "XADD",
                LETTERS,
                "5-1",
                "reason",
                "MALFORMED",
                "detail",
                "old",
                "sqlstate",
                "",
                "attempts",
                "3",
                "stream",
                "s",
                "id",
                "9-9",
                "f:uid",
                "1",
                "f:f:odd",
                "",
                "truncated",
                "4");

        Renewed renewed = renew().orElseThrow();

        assertThat(renewed.attempts()).isEqualTo(4);
        assertThat(renewed.id()).isGreaterThan(OLD);
        assertThat(letters()).singleElement().satisfies(letter -> {
            assertThat(letter.id()).isEqualTo(renewed.id());
            assertThat(letter.reason()).isEqualTo("DATA_ERROR");
            assertThat(letter.detail()).isEqualTo("new");
            assertThat(letter.sqlState()).isEqualTo("23514");
            assertThat(letter.attempts()).isEqualTo(4);
            assertThat(letter.stream()).isEqualTo("s");
            assertThat(letter.streamId()).isEqualTo("9-9");
            assertThat(letter.fields()).containsExactly(Map.entry("uid", "1"), Map.entry("f:odd", ""));
            assertThat(letter.truncated()).isEqualTo(4);
        });
    }

    @Test
    void letterThatIsGoneStaysGone() {
        assertThat(renew()).isEmpty();
        ledger.command("XADD", LETTERS, "5-1", "reason", "a");

        assertThat(renew()).isPresent();
        assertThat(renew()).isEmpty();
        assertThat(letters()).hasSize(1);
    }

    @Test
    void manyWhoRenewOneLetterLeaveOneLetter() {
        ledger.command("XADD", LETTERS, "5-1", "attempts", "1");
        List<CompletableFuture<Optional<Renewed>>> calls = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            calls.add(renew.renew(LETTERS, OLD, "DATA_ERROR", "", "").toCompletableFuture());
        }

        assertThat(calls.stream().map(Ledger::await).flatMap(Optional::stream)).hasSize(1);
        assertThat(letters()).extracting(DeadLetter::attempts).containsExactly(2);
    }

    @Test
    void letterOfAnotherHandIsRenewedWithinBounds() {
        List<String> words = new ArrayList<>(List.of("XADD", LETTERS, "5-1", "attempts", "nan", "truncated", "2"));
        for (int i = 0; i < 3_000; i++) {
            words.add("f:field" + i);
            words.add("v");
        }
        ledger.command(words.toArray(String[]::new));

        assertThat(renew()).map(Renewed::attempts).hasValue(1);
        assertThat(letters().get(0).fields()).hasSize(100).containsKeys("field0", "field99");
        assertThat(letters().get(0).truncated()).isEqualTo(2_902);
    }

    @Test
    void lastIdThatAStreamTakesLeavesTheLetterAsItIs() {
        ledger.command("XADD", LETTERS, "18446744073709551615-18446744073709551615", "reason", "a");

        assertThat(renew.renew(LETTERS, new StreamId(-1, -1), "DATA_ERROR", "", ""))
                .failsWithin(Duration.ofSeconds(10))
                .withThrowableThat()
                .withCauseInstanceOf(StockUnavailableException.class);
        assertThat(letters()).extracting(DeadLetter::reason).containsExactly("a");
    }

    private Optional<Renewed> renew() {
        return await(renew.renew(LETTERS, OLD, "DATA_ERROR", "new", "23514"));
    }

    private List<DeadLetter> letters() {
        return await(new DeadLetterReader(ledger.redis).page(LETTERS, Start.OLDEST, 10));
    }
}
