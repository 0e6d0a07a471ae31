package io.seckill.stock;

import io.seckill.embedded.FreePorts;
import io.seckill.embedded.RedisProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What keeping books adds to {@code reserve.lua}: the time that Redis itself reports for the script, and for the same script
 * without epoch, allocation and units ever spent, batch after batch of new buyers in alternating rounds. Run by hand.
 */
final class LedgerCost {
    /** What is taken out of the script, and what stands in its place. */
    private static final String[][] WITHOUT = {
        {"if pool[1] ~= EPOCH then return STALE_EPOCH .. '\\n' .. pool[1] end\n", ""},
        {"  fields[at + 2] = 'cum:' .. product\n  fields[at + 3] = 'alloc:' .. product\n", ""},
        {"fields[at + 4] = 'reach:'", "fields[at + 2] = 'reach:'"},
        {"fields[at + 5] = 'want:'", "fields[at + 3] = 'want:'"},
        {"PER_PRODUCT = 5, #fields, 5", "PER_PRODUCT = 5, #fields, 3"},
        {"  cum[p] = tonumber(pool[at + 2])\n  allocation[p] = pool[at + 3]\n", "  allocation[p] = remaining[p]\n"},
        {"tonumber(pool[at + 4] or 0)", "tonumber(pool[at + 2] or 0)"},
        {"tonumber(pool[at + 5] or 0)", "tonumber(pool[at + 3] or 0)"},
        {"reach[p] - cum[p]", "reach[p]"},
        {"    cum[p] = cum[p] + quantity\n", ""},
        {"    cums[#cums + 1] = cum[p]\n", ""},
        {"'alloc', allocation[p], 'epoch', EPOCH, 'cum', cums[line], ", ""},
        {"    changes[#changes + 1] = 'cum:' .. product\n    changes[#changes + 1] = cum[p]\n", ""},
        {"answer[#answer + 1] = allocation[p] or ''", "answer[#answer + 1] = '0'"},
        {"answer[#answer + 1] = allocation[p] and whole(cum[p]) or ''", "answer[#answer + 1] = '0'"},
    };

    private static final ShardId KEPT = new ShardId(1, 0);
    private static final ShardId NOT_KEPT = new ShardId(2, 0);

    private LedgerCost() {}

    public static void main(String[] args) throws Exception {
        Path dir = Files.createTempDirectory("ledger-cost");
        try (RedisProcess redis = RedisProcess.start(dir, FreePorts.next(), Map.of("appendonly", "no"));
                Ledger with = new Ledger(redis.url());
                Ledger without = new Ledger(redis.url(), withoutBooks())) {
            open(with, KEPT);
            open(without, NOT_KEPT);
            System.out.println("reserve.lua with and without books: "
                    + new AcceptCost()
                            .compare(new AcceptCost.Side(with, KEPT), new AcceptCost.Side(without, NOT_KEPT)));
        }
    }

    private static String withoutBooks() {
        String text = LuaScript.load("reserve");
        for (String[] change : WITHOUT) {
            if (!text.contains(change[0])) {
                throw new IllegalStateException("reserve.lua has no: " + change[0]);
            }
            text = text.replace(change[0], change[1]);
        }
        return text;
    }

    private static void open(Ledger ledger, ShardId shard) {
        Instant now = Instant.now();
        Ledger.await(ledger.prepare.prepare(new PrepareScript.Pool(
                shard,
                Ledger.EPOCH,
                now.minus(Ledger.HOUR),
                now.plus(Ledger.HOUR),
                1,
                List.of(new PrepareScript.Product(AcceptCost.PRODUCT, AcceptCost.PRODUCT, 0)))));
        Ledger.await(ledger.grant.grant(
                shard,
                Ledger.EPOCH,
                List.of(new GrantScript.Grant(1, AcceptCost.PRODUCT, AcceptCost.PRODUCT, 1_000_000_000))));
    }
}
