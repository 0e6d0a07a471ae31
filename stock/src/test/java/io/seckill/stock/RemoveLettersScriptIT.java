package io.seckill.stock;

import static io.seckill.stock.Ledger.SHARD;
import static io.seckill.stock.Ledger.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The contract of {@code remove_letters.lua}. */
class RemoveLettersScriptIT {
    private static final String LETTERS = StockKeys.deadLetters(SHARD);
    private static final StreamId FIRST = new StreamId(1, 0);
    private static final StreamId SECOND = new StreamId(2, 0);
    private static final StreamId NEVER_THERE = new StreamId(3, 0);

    private final Ledger ledger = new Ledger();
    private final RemoveLettersScript remove = new RemoveLettersScript(ledger.redis);

    @AfterEach
    void close() {
        ledger.close();
    }

    @Test
    void eachLetterGoesOnceAndTheOthersStay() {
        ledger.command("XADD", LETTERS, "1-0", "reason", "a");
        ledger.command("XADD", LETTERS, "2-0", "reason", "b");

        assertThat(await(remove.remove(LETTERS, List.of(NEVER_THERE, SECOND)))).containsExactly(SECOND);
        assertThat(await(remove.remove(LETTERS, List.of(SECOND, FIRST)))).containsExactly(FIRST);
        assertThat(ledger.redis.stream(LETTERS).size()).isZero();
    }

    @Test
    void noLettersAndAKeyOfAnotherKindHaveNothingToRemove() {
        assertThat(await(remove.remove(LETTERS, List.of(FIRST)))).isEmpty();
        ledger.command("SET", LETTERS, "text");

        assertThat(await(remove.remove(LETTERS, List.of(FIRST)))).isEmpty();
    }
}
