package io.seckill.stock;

import java.util.List;
import java.util.concurrent.CompletionStage;

/** {@code dead_letter.lua}: sets an entry aside that cannot be recorded. Thread-safe. */
public final class DeadLetterScript {
    private static final int MOVED = 1;
    private static final int NOT_PENDING = 2;
    private static final int NOT_YET = 3;

    private final LuaScript script;

    public DeadLetterScript(StockRedis redis) {
        this.script = new LuaScript(redis, "dead_letter");
    }

    /** What became of the entry. */
    public sealed interface Outcome {
        /** It is a letter now, with this id in the dead letters. */
        record Moved(String letterId) implements Outcome {}

        /** Another worker has dealt with it. */
        record NotPending() implements Outcome {}

        /** It stays pending, since it was tried only so often. */
        record NotYet(long attempts) implements Outcome {}
    }

    /**
     * Moves a pending entry into the dead letters of its stream.
     *
     * @param reason a stable word, such as {@code MALFORMED}
     * @param detail the reason in a sentence
     * @param sqlState of the failure, or empty
     * @param minAttempts how often it must have been delivered, at least 1
     * @return fails with {@link StockUnavailableException}
     */
    public CompletionStage<Outcome> move(
            String stream, String id, String reason, String detail, String sqlState, int minAttempts) {
        return script.run(
                        List.of(stream, StockKeys.deadLettersOf(stream)),
                        List.of(StockKeys.GROUP, id, reason, detail, sqlState, Integer.toString(minAttempts)))
                .thenApply(DeadLetterScript::outcome);
    }

    private static Outcome outcome(List<Object> answer) {
        int code = (int) LuaScript.number(answer.get(0));
        return switch (code) {
            case MOVED -> new Outcome.Moved((String) answer.get(1));
            case NOT_PENDING -> new Outcome.NotPending();
            case NOT_YET -> new Outcome.NotYet(LuaScript.number(answer.get(1)));
            default -> throw new IllegalStateException("dead_letter answered " + answer);
        };
    }
}
