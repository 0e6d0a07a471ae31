package io.seckill.server.epochs;

import io.seckill.books.epochs.AcknowledgedLines;
import io.seckill.stock.Answers;
import io.seckill.stock.BuyersReader;
import io.seckill.stock.DecodedEntry.OrderLine;
import io.seckill.stock.HeldOrder;
import io.seckill.stock.RunIdScript;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * After each start of Redis, looks for every acknowledged order in what Redis remembers of its buyer: sales that came since
 * hide from the sums what was forgotten. Blocking; owned by the thread of {@link LossReporter}.
 */
final class RestartCheck {
    private static final int BUYERS_AT_ONCE = 256;

    private final Witness witness;
    private final RunIdScript script;
    private final BuyersReader buyers;
    private final AcknowledgedLines lines;
    private final Map<PoolKey, String> runIds = new HashMap<>();

    RestartCheck(Witness witness, RunIdScript script, BuyersReader buyers, AcknowledgedLines lines) {
        this.witness = witness;
        this.script = script;
        this.buyers = buyers;
        this.lines = lines;
    }

    /** Forgets all pools but these. */
    void retain(Collection<PoolKey> pools) {
        runIds.keySet().retainAll(pools);
    }

    /** What Redis has forgotten of a pool by a restart, in a sentence; nothing if there was none, or all is there. */
    Optional<String> forgotten(PoolKey pool) {
        String runId = Answers.await(script.runId(pool.shard()));
        String before = runIds.putIfAbsent(pool, runId);
        if (before == null || before.equals(runId)) {
            return Optional.empty();
        }
        List<List<OrderLine>> forgotten = lines.notRecorded(notHeld(pool));
        // Only now: if a store did not answer, this is done again.
        runIds.put(pool, runId);
        return forgotten.isEmpty()
                ? Optional.empty()
                : Optional.of("Redis was started again and has forgotten " + forgotten.size()
                        + " acknowledged orders, such as "
                        + forgotten.get(0).get(0).orderId());
    }

    private List<List<OrderLine>> notHeld(PoolKey pool) {
        List<List<OrderLine>> orders = witness.acknowledged(pool);
        List<List<OrderLine>> missing = new ArrayList<>();
        for (int from = 0; from < orders.size(); from += BUYERS_AT_ONCE) {
            List<List<OrderLine>> page = orders.subList(from, Math.min(from + BUYERS_AT_ONCE, orders.size()));
            List<CompletionStage<List<HeldOrder>>> reads = page.stream()
                    .map(order -> buyers.read(pool.shard(), order.get(0).userId()))
                    .toList();
            for (int i = 0; i < page.size(); i++) {
                String id = page.get(i).get(0).orderId().toString();
                if (Answers.await(reads.get(i)).stream()
                        .noneMatch(held -> held.orderId().equals(id))) {
                    missing.add(page.get(i));
                }
            }
        }
        return missing;
    }
}
