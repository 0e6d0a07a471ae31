package io.seckill.stock;

import static io.seckill.stock.Ledger.SHARD;
import static io.seckill.stock.Ledger.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.stock.DeadLetterReader.Start;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The contract of {@code read_letters.lua}. */
class DeadLetterReaderIT {
    private static final String LETTERS = StockKeys.deadLetters(SHARD);
    private static final String STREAM = StockKeys.stream(SHARD, 1001);

    private final Ledger ledger = new Ledger();
    private final DeadLetterReader reader = new DeadLetterReader(ledger.redis);

    @AfterEach
    void close() {
        ledger.close();
    }

    @Test
    void letterOfTheWorkerIsReadWhole() {
        StreamGroup group = new StreamGroup(ledger.redis, "worker-1");
        group.ensure(STREAM);
        ledger.command("XADD", STREAM, "5-1", "uid", "x", "f:odd", "", "reason", "own");
        group.read(List.of(STREAM), 1, Duration.ZERO);
        await(new DeadLetterScript(ledger.redis).move(STREAM, "5-1", "DATA_ERROR", "uid: x", "23514", 1));

        DeadLetter letter = page(Start.OLDEST, 10).get(0);

        assertThat(letter.stream()).isEqualTo(STREAM);
        assertThat(letter.streamId()).isEqualTo("5-1");
        assertThat(letter.reason()).isEqualTo("DATA_ERROR");
        assertThat(letter.detail()).isEqualTo("uid: x");
        assertThat(letter.sqlState()).isEqualTo("23514");
        assertThat(letter.attempts()).isEqualTo(1);
        assertThat(letter.fields())
                .containsExactly(Map.entry("uid", "x"), Map.entry("f:odd", ""), Map.entry("reason", "own"));
        assertThat(letter.truncated()).isZero();
        assertThat(letter.setAsideAt())
                .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(60));
        assertThat(letter.entry()).isEqualTo(new StreamEntry(STREAM, "5-1", letter.fields()));
    }

    @Test
    void pagesFollowEachOtherWithoutGapOrOverlap() {
        for (int i = 1; i <= 7; i++) {
            ledger.command("XADD", LETTERS, i + "-0", "reason", "r" + i);
        }
        List<String> read = new ArrayList<>();
        List<DeadLetter> page = page(Start.OLDEST, 3);
        while (!page.isEmpty()) {
            page.forEach(letter -> read.add(letter.reason()));
            page = page(Start.after(page.get(page.size() - 1).id()), 3);
        }

        assertThat(read).containsExactly("r1", "r2", "r3", "r4", "r5", "r6", "r7");
        assertThat(page(Start.at(new StreamId(7, 0)), 3)).hasSize(1);
        assertThat(page(Start.after(new StreamId(7, 0)), 3)).isEmpty();
    }

    @Test
    void lookUpFindsThoseThatAreThere() {
        ledger.command("XADD", LETTERS, "1-0", "reason", "a");
        ledger.command("XADD", LETTERS, "2-0", "reason", "b");

        List<DeadLetter> found =
                await(reader.find(LETTERS, List.of(new StreamId(2, 0), new StreamId(3, 0), new StreamId(1, 0))));

        assertThat(found).extracting(DeadLetter::reason).containsExactly("b", "a");
        assertThat(await(reader.find(LETTERS, List.of()))).isEmpty();
    }

    @Test
    void letterOfAnotherHandShowsWhatThereIs() {
        ledger.command(
                "XADD", LETTERS, "18446744073709551615-1", "attempts", "many", "f:uid", "1", "f:uid", "2", "x", "y");

        DeadLetter letter = page(Start.OLDEST, 10).get(0);

        assertThat(letter.id()).hasToString("18446744073709551615-1");
        assertThat(letter.fields()).containsExactly(Map.entry("uid", "2"));
        assertThat(List.of(letter.stream(), letter.streamId(), letter.reason(), letter.detail(), letter.sqlState()))
                .containsOnly("");
        assertThat(letter.attempts()).isZero();
        assertThat(letter.truncated()).isZero();
    }

    @Test
    void noLettersAndAKeyOfAnotherKindAreNone() {
        assertThat(page(Start.OLDEST, 10)).isEmpty();
        ledger.command("SET", LETTERS, "text");

        assertThat(page(Start.OLDEST, 10)).isEmpty();
        assertThat(await(reader.find(LETTERS, List.of(new StreamId(1, 0))))).isEmpty();
    }

    private List<DeadLetter> page(Start start, int count) {
        return await(reader.page(LETTERS, start, count));
    }
}
