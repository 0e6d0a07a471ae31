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
import java.util.concurrent.CompletionStage;

/** Takes entries out of their streams once they are recorded, the streams of one slot in one call. */
final class Acknowledger {
    private final AcknowledgeScript script;
    private final AwaySlots away;
    private final Backoff backoff;

    Acknowledger(AcknowledgeScript script, AwaySlots away, Backoff backoff) {
        this.script = script;
        this.away = away;
        this.backoff = backoff;
    }

    /**
     * Acknowledges, for as long as it takes: entries left behind would be read again, which is harmless and slow. Of
     * several masters one that is away is not waited for, and its entries are left behind.
     *
     * @return false if the worker stops and they are left behind
     */
    boolean acknowledge(List<? extends DecodedEntry> recorded) {
        Map<String, Map<String, List<String>>> idsBySlot = new LinkedHashMap<>();
        for (DecodedEntry entry : recorded) {
            String stream = entry.source().stream();
            idsBySlot
                    .computeIfAbsent(StockKeys.slotOf(stream), slot -> new LinkedHashMap<>())
                    .computeIfAbsent(stream, name -> new ArrayList<>())
                    .add(entry.source().id());
        }
        return backoff.retry(
                "acknowledging in Redis", StockUnavailableException.class::isInstance, () -> send(idsBySlot));
    }

    private void send(Map<String, Map<String, List<String>>> idsBySlot) {
        Map<String, CompletionStage<Long>> answers = new LinkedHashMap<>();
        for (Map<String, List<String>> ids : idsBySlot.values()) {
            answers.put(ids.keySet().iterator().next(), script.acknowledge(ids));
        }
        answers.forEach((stream, answer) -> {
            try {
                Answers.await(answer);
            } catch (StockUnavailableException e) {
                if (!away.take(stream, e)) {
                    throw e;
                }
            }
        });
    }
}
