package io.seckill.stock;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** {@code dead_letter.lua}: sets an entry aside that cannot be recorded. Thread-safe. */
public final class DeadLetterScript {
    private static final long MOVED = 1;

    private final LuaScript script;

    public DeadLetterScript(StockRedis redis) {
        this.script = new LuaScript(redis, "dead_letter");
    }

    /**
     * Moves a pending entry into the dead letters of its stream.
     *
     * @param reason a stable word, such as {@code MALFORMED}
     * @param detail the reason in a sentence
     * @param sqlState of the failure, or empty
     * @return the letter's id, or nothing if another worker has dealt with the entry; fails with
     *     {@link StockUnavailableException}
     */
    public CompletionStage<Optional<String>> move(
            String stream, String id, String reason, String detail, String sqlState) {
        return script.run(
                        List.of(stream, StockKeys.deadLettersOf(stream)),
                        List.of(StockKeys.GROUP, id, reason, detail, sqlState))
                .thenApply(answer -> LuaScript.number(answer.get(0)) == MOVED
                        ? Optional.of((String) answer.get(1))
                        : Optional.empty());
    }
}
