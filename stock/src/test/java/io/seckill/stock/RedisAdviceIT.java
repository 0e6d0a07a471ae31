package io.seckill.stock;

import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.embedded.FreePorts;
import io.seckill.embedded.RedisCommand;
import io.seckill.embedded.RedisProcess;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.redisson.api.redisnode.RedisNode;
import org.redisson.api.redisnode.RedisNodes;

class RedisAdviceIT {
    @TempDir
    private Path dir;

    @Test
    void eachSettingThatMayCostOrdersIsNamedWithWhatIsExpected() {
        try (RedisProcess process = RedisProcess.start(dir, FreePorts.next(), Map.of());
                Ledger ledger = new Ledger(process.url())) {
            RedisAdvice advice = new RedisAdvice(ledger.redis);
            RedisNode node =
                    ledger.redis.client().getRedisNodes(RedisNodes.SINGLE).getInstance();
            assertThat(advice.sentences()).isEmpty();

            node.setConfig("appendfsync", "no");
            assertThat(advice.sentences()).singleElement().asString().contains("appendfsync: no (expected: everysec");

            node.setConfig("appendonly", "no");
            node.setConfig("maxmemory-policy", "allkeys-lru");
            assertThat(advice.sentences())
                    .hasSize(2)
                    .anySatisfy(one -> assertThat(one)
                            .contains(process.url().replace("redis://", ""))
                            .contains("maxmemory-policy: allkeys-lru (expected: noeviction)"))
                    .anySatisfy(one -> assertThat(one).contains("appendonly: no (expected: yes)"));
        }
    }

    @Test
    void aRedisThatMayNotBeAskedIsNotTakenForAGoodOne() {
        int port = FreePorts.next();
        try (RedisProcess process = RedisProcess.start(dir, port, Map.of())) {
            RedisCommand.run(port, "ACL", "SETUSER", "seller", "on", ">secret", "+@all", "-config", "~*");
            try (Ledger seller = new Ledger(process.url().replace("redis://", "redis://seller:secret@"))) {
                assertThat(new RedisAdvice(seller.redis).sentences())
                        .singleElement()
                        .asString()
                        .contains("does not say how it is set (allow +config|get");
            }
        }
    }
}
