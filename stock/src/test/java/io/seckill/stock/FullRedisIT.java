package io.seckill.stock;

import static io.seckill.stock.Ledger.SHARD;
import static io.seckill.stock.Ledger.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.embedded.FreePorts;
import io.seckill.embedded.RedisProcess;
import io.seckill.stock.DeadLetterReader.Start;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.redisson.api.redisnode.RedisNodes;

/** What operators can still do when Redis is out of memory. */
class FullRedisIT {
    private static final String LETTERS = StockKeys.deadLetters(SHARD);
    private static final StreamId LETTER = new StreamId(1, 0);

    @TempDir
    private Path dir;

    @Test
    void lookingAndTakingAwayStillWorkAndWhatNeedsRoomIsRefusedWhole() {
        try (RedisProcess process = RedisProcess.start(dir, FreePorts.next(), Map.of("appendonly", "no"));
                Ledger ledger = new Ledger(process.url())) {
            DeadLetterReader reader = new DeadLetterReader(ledger.redis);
            ledger.command("XADD", LETTERS, LETTER.toString(), "reason", "a");
            ledger.redis.client().getRedisNodes(RedisNodes.SINGLE).getInstance().setConfig("maxmemory", "1");

            assertThat(new RenewLetterScript(ledger.redis).renew(LETTERS, LETTER, "b", "", ""))
                    .failsWithin(Duration.ofSeconds(10))
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOfSatisfying(
                            StockUnavailableException.class,
                            refused -> assertThat(refused.nothingDone()).isTrue());
            assertThat(await(reader.page(LETTERS, Start.OLDEST, 10)))
                    .extracting(DeadLetter::reason)
                    .containsExactly("a");
            assertThat(await(new StreamInspector(ledger.redis).describe(List.of(LETTERS)))
                            .get(0)
                            .length())
                    .isEqualTo(1);
            assertThat(await(new RemoveLettersScript(ledger.redis).remove(LETTERS, List.of(LETTER))))
                    .containsExactly(LETTER);
        }
    }
}
