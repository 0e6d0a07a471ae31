package io.seckill.worker;

import io.seckill.stock.AcknowledgeScript;
import io.seckill.stock.Answers;
import io.seckill.stock.DecodedEntry;
import io.seckill.stock.StockKeys;
import io.seckill.stock.StockUnavailableException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Takes entries out of their streams once they are recorded, while the next ones are being recorded. Owned by the reading
 * thread.
 */
final class Acknowledger {
    /** Entries of one call at most, since Redis serves nobody else meanwhile. */
    static final int MAX_PER_CALL = 128;

    private final AcknowledgeScript script;
    private final AwaySlots away;
    private final Backoff backoff;

    /** Calls by slot, each after the one before. */
    private Map<String, List<Map<String, List<String>>>> sent = Map.of();

    private Map<String, CompletionStage<Long>> answers = Map.of();

    Acknowledger(AcknowledgeScript script, AwaySlots away, Backoff backoff) {
        this.script = script;
        this.away = away;
        this.backoff = backoff;
    }

    /**
     * Begins to acknowledge, once what was begun before is done. Entries left behind would be read again, which is harmless
     * and slow.
     *
     * @return false if the worker stops and those before are left behind
     */
    boolean acknowledge(List<? extends DecodedEntry> recorded) {
        boolean settled = settle();
        sent = calls(recorded);
        send();
        return settled;
    }

    /**
     * Waits until all are acknowledged, for as long as it takes. Of several masters one that is away is not waited for, and
     * its entries are left behind.
     *
     * @return false if the worker stops and they are left behind
     */
    boolean settle() {
        if (sent.isEmpty()) {
            return true;
        }
        boolean settled =
                backoff.retry("acknowledging in Redis", StockUnavailableException.class::isInstance, this::await);
        sent = Map.of();
        return settled;
    }

    private static Map<String, List<Map<String, List<String>>>> calls(List<? extends DecodedEntry> recorded) {
        Map<String, List<Map<String, List<String>>>> calls = new LinkedHashMap<>();
        Map<String, Integer> sizes = new LinkedHashMap<>();
        for (DecodedEntry entry : recorded) {
            String stream = entry.source().stream();
            String slot = StockKeys.slotOf(stream);
            List<Map<String, List<String>>> ofSlot = calls.computeIfAbsent(slot, name -> new ArrayList<>());
            if ((sizes.merge(slot, 1, Integer::sum) - 1) % MAX_PER_CALL == 0) {
                ofSlot.add(new LinkedHashMap<>());
            }
            ofSlot.get(ofSlot.size() - 1)
                    .computeIfAbsent(stream, name -> new ArrayList<>())
                    .add(entry.source().id());
        }
        return calls;
    }

    private void send() {
        Map<String, CompletionStage<Long>> begun = new LinkedHashMap<>();
        for (List<Map<String, List<String>>> ofSlot : sent.values()) {
            CompletionStage<Long> last = CompletableFuture.completedFuture(0L);
            for (Map<String, List<String>> call : ofSlot) {
                last = last.thenCompose(before -> script.acknowledge(call));
            }
            begun.put(ofSlot.get(0).keySet().iterator().next(), last);
        }
        answers = begun;
    }

    /** Sends all again if it failed before: what is acknowledged already is passed over. */
    private void await() {
        if (answers.isEmpty()) {
            send();
        }
        Map<String, CompletionStage<Long>> awaited = answers;
        answers = Map.of();
        for (Map.Entry<String, CompletionStage<Long>> answer : awaited.entrySet()) {
            try {
                Answers.await(answer.getValue());
            } catch (StockUnavailableException e) {
                if (!away.take(answer.getKey(), e)) {
                    throw e;
                }
            }
        }
    }
}
